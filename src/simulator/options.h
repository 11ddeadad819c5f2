#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace touchline::simulator {

// What share of the new contacts is of which kind; the ratio counts, not the sum.
struct ContactMix {
  double calls = 0.5;
  double chats = 0.3;
  double tickets = 0.2;
};

// How people behave. Shares are probabilities in [0, 1].
struct Behaviour {
  double outbound = 0.08;         // of calls: dialled by us
  double proactive = 0.04;        // of chats and tickets: opened by an agent or the system
  double unidentified = 0.12;     // of contacts: no customer at first; half are learnt later
  double patience_s = 150;        // median seconds that a caller waits; chats four times as long
  double missed_offer = 0.05;     // of offers to an agent
  double hold = 0.25;             // of conversations by phone; a hold may repeat
  double consult = 0.07;          // of conversations by phone
  double conference = 0.04;       // of conversations by phone
  double transfer = 0.10;         // of conversations
  double bot = 0.45;              // of chats: a bot answers first
  double silent = 0.06;           // of chats: the customer stops writing and says nothing
  double resolved = 0.78;         // of conversations
  double repeat = 0.35;           // of unresolved contacts: the customer returns within days
  double channel_switch = 0.30;   // of returns: by another medium
  double escalation = 0.08;       // of calls and chats: a ticket is made from it
  double callback = 0.35;         // of callers who wait long: take the offer of a callback
  double reopen = 0.08;           // of chats and tickets that ended
  double merge = 0.05;            // of tickets: the customer opens another one about the same
  double forgotten = 0.002;       // of contacts: then the customer asks to be forgotten
  double incidents_per_day = 3;   // half an hour in which one queue gets several times its load
};

// What happens to events between the system that tells them and us. All zero: every event arrives
// once, in the order of time, and every contact is complete. None of them changes what happened:
// the same seed tells the same story with other knobs.
struct DeliveryKnobs {
  double duplicate_share = 0;  // of events: sent once more, with the same source, id and content
  Duration duplicate_within = Duration::Seconds(60);
  double disorder_share = 0;  // of events: sent later than their time by (0, disorder_max]
  Duration disorder_max = Duration::Seconds(5);
  double late_share = 0;  // of events: sent later than their time by (disorder_max, late_max]
  Duration late_max = Duration::Minutes(10);
  double missing_end_share = 0;  // of ends (ended, abandoned, closed): never sent
  double poison_share = 0;       // unreadable records, per event
  double unknown_type_share = 0;  // readable events of a type that nobody knows, per event
  // Each source tells this often, per topic, up to where it is complete; zero: never.
  Duration heartbeat_every;

  // Everything at once, at rates seen in bad weather. What tests mean by "all knobs on".
  static DeliveryKnobs Rough();
};

struct SimulatorOptions {
  uint64_t seed = 1;
  EventTime start = EventTime::FromMillis(1'767'600'000'000);  // Monday, 2026-01-05 08:00 UTC
  // New contacts arrive for this long (event time); then those that are open run to their ends.
  // Absent: without end.
  std::optional<Duration> length = Duration::Hours(8);
  // Stop at start + length instead, and leave the open contacts open.
  bool cut_at_length = false;
  // Hours of the contact centre's life per hour of event time; at 60, a ticket's three days pass in
  // 72 minutes, and answering within 20 s takes 0.33 s. Arrivals grow with it. Above 0.
  double pace = 1;
  // Mean over a weekday, per hour of the centre's life, at all queues together; repeats and
  // callbacks come on top. Above 0, at most 1e8.
  double contacts_per_hour = 600;
  bool hourly_curve = true;  // false: the same rate around the clock
  uint32_t agents = 0;       // employed; 0: as many as that load needs; else at least 4
  uint32_t queues = 6;       // 1 to 256
  uint32_t partners = 3;     // 1 to 64, at most `queues`
  uint32_t customers = 20'000;  // 1 or more; who contacts us is drawn from these
  ContactMix mix;
  Behaviour behaviour;
  DeliveryKnobs delivery;
};

// One sentence per option outside its range, naming the field; empty when all is well.
std::vector<std::string> Validate(const SimulatorOptions& options);

}  // namespace touchline::simulator
