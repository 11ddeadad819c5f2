#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "simulator/contact.h"
#include "simulator/delivery.h"
#include "simulator/options.h"
#include "simulator/random.h"
#include "simulator/scheduler.h"
#include "simulator/source.h"
#include "simulator/staff.h"

namespace touchline::simulator {

// The contact centre: who contacts it, about what, and what they then do. It runs the contacts'
// stories (call_story, chat_story, ticket_story) in simulated time and hands every event, as it
// happens, to the delivery. Memory grows with open contacts and planned returns only.
class World {
 public:
  World(const SimulatorOptions& options, const std::vector<Source>& sources, Delivery* delivery);

  // Every contact has ended and none is to come.
  bool finished() const { return !arriving_ && planned_.empty() && open_ == 0; }
  // Lets the next thing happen. REQUIRES: !finished().
  void Advance();
  // No event told from now on has an earlier time.
  int64_t horizon_ns() const;
  size_t open_contacts() const { return open_; }

  // --- for the stories ---
  const SimulatorOptions& options() const { return options_; }
  Random& random() { return random_; }
  Staff& staff() { return staff_; }
  Scheduler& scheduler() { return scheduler_; }
  int64_t now_ns() const { return scheduler_.now_ns(); }
  auto Sleep(double seconds) { return scheduler_.Sleep(static_cast<int64_t>(seconds * 1e9)); }
  // A pause of about `median_s`.
  auto Pause(double median_s, double sigma = 0.6) {
    return Sleep(random_.LogNormal(median_s, sigma));
  }

  ContactPtr Open(const Occasion& occasion);
  void Close(const Contact& contact);
  // An opening event: customer, reason, tier and so on, as far as they are known.
  domain::Event Opening(const Contact& contact, domain::EventType type);
  domain::Event ByAgent(domain::EventType type, AgentIndex agent) const;
  // The event happens now. Fills in identity, time, sequence and partner.
  void Tell(Contact& contact, domain::Event event);

  // Starts `occasion` at its instant. Dropped when that lies after the end of arrivals, unless it
  // belongs to a contact that is under way (linked).
  void Plan(const Occasion& occasion);
  // The customer may come back about the same, some time soon, perhaps by another medium.
  void MayReturn(const Contact& contact);
  // A contact linked to this one, `after_s` from now.
  void PlanLinked(const Contact& contact, domain::Kind kind, domain::Relation relation,
                  domain::Party initiator, double after_s);

  const std::string& ReasonOf(const Contact& contact) const {
    return reasons_[contact.occasion.reason];
  }
  std::string IdOf(domain::Kind kind, uint64_t serial) const;
  // Texts of this customer, valid until the next call.
  std::string_view CustomerId(CustomerIndex customer);
  std::string_view TierOf(CustomerIndex customer) const;
  std::string_view SegmentOf(CustomerIndex customer) const;
  // Another queue, mostly of the same partner where it has one; the same if there is no other.
  QueueIndex OtherQueue(QueueIndex queue);

 private:
  struct Later {
    bool operator()(const Occasion& a, const Occasion& b) const {
      return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
    }
  };
  Task<> Arrivals();
  Task<> Incidents();
  double ArrivalsPerSecond() const;
  bool PlannedIsNext() const {
    return !planned_.empty() && planned_.top().at_ns <= scheduler_.next_ns();
  }
  Occasion NewOccasion(QueueIndex queue);
  void Begin(const Occasion& occasion);
  bool AsksToBeForgotten(const Contact& contact) const;
  void TellForgotten(const Contact& contact);
  int64_t EventNanos(int64_t world_ns) const;
  // Of what happens now, as this system writes it.
  int64_t WrittenNanos(const Source& source) const;

  const SimulatorOptions options_;
  Delivery* const delivery_;
  const int64_t start_ns_;
  const int64_t week_ns_;  // into the week at the start
  const int64_t end_ns_;   // of arrivals, in world time
  Random random_;
  Scheduler scheduler_;
  Staff staff_;
  const std::vector<Source> sources_;
  std::string run_tag_;  // tells the contacts of one seed and start from those of another
  std::vector<std::string> reasons_;
  std::vector<double> queue_weights_;
  std::priority_queue<Occasion, std::vector<Occasion>, Later> planned_;
  bool arriving_ = true;
  size_t open_ = 0;
  uint64_t next_serial_ = 1;
  uint64_t next_plan_ = 0;
  std::string customer_text_, related_text_, event_id_;
};

}  // namespace touchline::simulator
