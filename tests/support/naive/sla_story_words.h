#pragma once

#include <cstdint>
#include <string_view>

#include "tests/calendar/calendar_text.h"
#include "tests/support/naive/told_sla.h"

// Words for stories of clocks that are worked out by hand.
namespace touchline::naive {

using domain::Event;
using domain::EventType;
using domain::Party;
using domain::SlaTarget;
using domain::TicketStatus;
using test::Spec;
using test::Utc;

inline constexpr SlaTarget kAnswer = SlaTarget::kAnswer, kFirst = SlaTarget::kFirstResponse,
                    kNext = SlaTarget::kNextResponse, kUpdate = SlaTarget::kPeriodicUpdate,
                    kResolution = SlaTarget::kResolution;

// Seconds after Monday 2026-01-05 08:00 UTC.
inline EventTime S(int64_t seconds) { return Utc("2026-01-05 08:00") + Duration::Seconds(seconds); }
inline constexpr Duration kMs = Duration::Millis(1);

inline auto Queue(std::string_view queue) {
  return [queue](Event& e) { e.queue = queue; };
}
inline auto Agent(std::string_view agent, std::string_view team = "") {
  return [agent, team](Event& e) {
    e.agent = agent;
    e.team = team;
  };
}
inline auto Author(Party author) {
  return [author](Event& e) { e.author = author; };
}
inline auto Status(TicketStatus status) {
  return [status](Event& e) { e.status = status; };
}
inline auto Priority(std::string_view priority) {
  return [priority](Event& e) { e.priority = priority; };
}
inline auto Resolved(bool resolved) {
  return [resolved](Event& e) { e.resolved = resolved; };
}

inline SlaStory AroundTheClock() { return SlaStory(Spec("UTC", "24x7")); }

// A ticket of 0 s with 100 s for its resolution.
inline SlaStory Ticket() {
  SlaStory ticket = AroundTheClock();
  ticket.Promise(kResolution, Duration::Seconds(100)).Tell(S(0), EventType::kTicketCreated);
  return ticket;
}
// A call that waits since 0 s, with 100 s for the answer.
inline SlaStory WaitingCall() {
  SlaStory call = AroundTheClock();
  call.Promise(kAnswer, Duration::Seconds(100)).Tell(S(0), EventType::kCallQueued, Queue("sales"));
  return call;
}

enum class How { kOpen, kMet, kCancelled, kBreached };
inline How Outcome(const SlaCycle& cycle) {
  if (cycle.breached) return How::kBreached;
  if (cycle.met) return How::kMet;
  return cycle.cancelled ? How::kCancelled : How::kOpen;
}

}  // namespace touchline::naive
