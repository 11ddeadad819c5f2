#include <array>
#include <optional>

#include "simulator/stories.h"

namespace touchline::simulator {
namespace {

using domain::Channel;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::Relation;
using domain::TicketStatus;
using domain::Visibility;

constexpr double kMinute = 60;
constexpr double kHour = 3600;

// A ticket's own state beside the contact: who has it.
struct Assignment {
  std::optional<AgentIndex> agent;
  bool tells_work = true;  // some help desks do not tell when work begins and ends
};

Event Update(TicketStatus status, Party by = Party::kNone) {
  return {.type = EventType::kTicketUpdated, .by = by, .status = status};
}

void CustomerWrites(World& w, Contact& c) {
  w.Tell(c, {.type = EventType::kTicketMessage, .author = Party::kCustomer});
}

void AutomatedWord(World& w, Contact& c, Party author) {
  w.Tell(c, {.type = EventType::kTicketMessage, .author = author, .automated = true});
}

void AgentWrites(World& w, Contact& c, AgentIndex agent, Visibility visibility) {
  Event e = w.ByAgent(EventType::kTicketMessage, agent);
  e.author = Party::kAgent;
  e.visibility = visibility;
  w.Tell(c, e);
}

// Until somebody with the skill is at work, which at night is the morning.
Task<AgentIndex> SomeoneAtWork(World& w, ContactPtr c) {
  for (;;) {
    const std::optional<AgentIndex> agent = w.staff().AnyOnShift(c->queue, &w.random());
    if (agent) co_return *agent;
    co_await w.Sleep(w.random().Between(10 * kMinute, 40 * kMinute));
  }
}

// Gives the ticket to whoever is at work, unless its agent is there still.
Task<> Assign(World& w, ContactPtr c, Assignment* a) {
  if (a->agent && w.staff().agent(*a->agent).on_shift) co_return;
  if (a->agent && w.random().Chance(0.6)) co_return;  // others leave it for him
  const AgentIndex agent = co_await SomeoneAtWork(w, c);
  if (a->agent == agent) co_return;
  Event e = w.ByAgent(EventType::kTicketUpdated, agent);
  if (!a->agent) e.status = TicketStatus::kOpen;
  if (w.random().Chance(0.5)) e.by = Party::kSystem;
  w.Tell(*c, e);
  a->agent = agent;
}

// To the right queue, or to another agent.
Task<> MaybeReassign(World& w, ContactPtr c, Assignment* a) {
  Random& r = w.random();
  if (!r.Chance(w.options().behaviour.transfer)) co_return;
  if (r.Chance(0.5)) {
    const AgentIndex before = *a->agent;
    c->queue = w.OtherQueue(c->queue);
    Event e{.type = EventType::kTicketUpdated};
    e.queue = w.staff().queue_name(c->queue);
    e.by_agent = w.staff().agent(before).id;
    w.Tell(*c, e);
    co_await w.Pause(20 * kMinute);
    a->agent.reset();
  }
  const AgentIndex next = co_await SomeoneAtWork(w, c);
  Event e = w.ByAgent(EventType::kTicketUpdated, next);
  e.by = Party::kAgent;
  w.Tell(*c, e);
  a->agent = next;
}

// One sitting at the ticket: reading, perhaps a note, an answer.
Task<> Work(World& w, ContactPtr c, const Assignment& a, bool answers) {
  Random& r = w.random();
  const AgentIndex agent = *a.agent;
  if (a.tells_work) w.Tell(*c, w.ByAgent(EventType::kTicketWorkStarted, agent));
  co_await w.Pause(3 * kMinute);
  if (r.Chance(0.25)) AgentWrites(w, *c, agent, Visibility::kInternal);
  co_await w.Pause(2 * kMinute);
  if (answers) {
    AgentWrites(w, *c, agent, c->serial % 2 == 0 ? Visibility::kPublic : Visibility::kNone);
  }
  if (a.tells_work) w.Tell(*c, w.ByAgent(EventType::kTicketWorkEnded, agent));
}

// Waiting for the customer's answer; sometimes his machine answers first.
Task<> Pending(World& w, ContactPtr c) {
  Random& r = w.random();
  w.Tell(*c, Update(TicketStatus::kPending));
  if (r.Chance(0.1)) {
    co_await w.Sleep(r.Between(5, 60));
    AutomatedWord(w, *c, Party::kCustomer);  // out of office
  }
  co_await w.Pause(5 * kHour, 1.1);
  CustomerWrites(w, *c);
  w.Tell(*c, Update(TicketStatus::kOpen, Party::kSystem));
}

// Waiting for somebody else: a supplier, a carrier.
Task<> OnHold(World& w, ContactPtr c) {
  w.Tell(*c, Update(TicketStatus::kOnHold));
  co_await w.Pause(7 * kHour, 0.9);
  w.Tell(*c, {.type = EventType::kTicketMessage, .author = Party::kThirdParty});
  w.Tell(*c, Update(TicketStatus::kOpen, Party::kSystem));
}

// From open to solved, in as many rounds as it takes.
Task<> Solve(World& w, ContactPtr c, Assignment* a) {
  Random& r = w.random();
  for (int round = 0;; ++round) {
    co_await Assign(w, c, a);
    co_await w.Pause(25 * kMinute, 1.0);
    co_await MaybeReassign(w, c, a);
    const bool last = round == 5 || r.Chance(0.55);
    co_await Work(w, c, *a, !last || r.Chance(0.9));
    if (last) break;
    if (r.Chance(0.75)) {
      co_await Pending(w, c);
    } else {
      co_await OnHold(w, c);
    }
    TellWhatIsLearnt(w, *c, EventType::kTicketUpdated);
  }
  Event solved = Update(TicketStatus::kSolved);
  if (r.Chance(0.4)) solved.by_agent = w.staff().agent(*a->agent).id;
  w.Tell(*c, solved);
}

// A second ticket about the same, folded into the first.
Task<> Merged(World& w, ContactPtr c) {
  co_await w.Pause(40 * kMinute);
  const AgentIndex agent = co_await SomeoneAtWork(w, c);
  Event e = w.ByAgent(EventType::kTicketUpdated, agent);
  w.Tell(*c, e);
  co_await w.Sleep(w.random().Between(10, 200));
  const std::string into = w.IdOf(Kind::kTicket, c->occasion.related_serial);
  w.Tell(*c, {.type = EventType::kTicketMerged, .into = into});
}

void Create(World& w, ContactPtr c) {
  Random& r = w.random();
  const Occasion& o = c->occasion;
  Event e = w.Opening(*c, EventType::kTicketCreated);
  e.queue = w.staff().queue_name(c->queue);
  e.status = TicketStatus::kNew;
  e.created_by = o.initiator;
  if (e.priority.empty()) {
    constexpr std::array<double, 4> kWeights = {0.2, 0.55, 0.2, 0.05};
    constexpr std::array<const char*, 4> kPriorities = {"low", "normal", "high", "urgent"};
    e.priority = kPriorities[r.Pick(kWeights)];
  }
  w.Tell(*c, e);
  if (o.initiator == Party::kCustomer) CustomerWrites(w, *c);
}

Channel ChannelOf(const Occasion& o, Random* r) {
  if (o.relation == Relation::kVoicemailOf) return Channel::kVoice;
  constexpr std::array<double, 5> kWeights = {0.45, 0.2, 0.2, 0.1, 0.05};
  constexpr std::array<Channel, 5> kChannels = {Channel::kNone, Channel::kEmail, Channel::kWeb,
                                                Channel::kApi, Channel::kSocial};
  return kChannels[r->Pick(kWeights)];
}

// After solving: silence for some days and closed, or the customer writes again.
Task<> Afterwards(World& w, ContactPtr c, Assignment* a) {
  Random& r = w.random();
  for (int times = 0; times < 3 && r.Chance(w.options().behaviour.reopen); ++times) {
    co_await w.Pause(8 * kHour, 1.0);
    CustomerWrites(w, *c);
    w.Tell(*c, Update(TicketStatus::kOpen, Party::kCustomer));
    co_await Solve(w, c, a);
  }
  co_await w.Sleep(r.Between(48 * kHour, 72 * kHour));
  w.Tell(*c, Update(TicketStatus::kClosed, Party::kSystem));
}

}  // namespace

Task<> TellTicket(World& w, Occasion occasion) {
  const ContactPtr c = w.Open(occasion);
  Random& r = w.random();
  c->channel = ChannelOf(occasion, &r);
  Assignment a{.agent = std::nullopt, .tells_work = c->source % 4 != 3};
  Create(w, c);
  if (occasion.initiator == Party::kCustomer && r.Chance(0.7)) {
    co_await w.Sleep(r.Between(1, 30));
    AutomatedWord(w, *c, Party::kSystem);
  }
  if (occasion.duplicate) {
    co_await Merged(w, c);
    w.Close(*c);
    co_return;
  }
  if (r.Chance(w.options().behaviour.merge)) {
    Occasion twin = occasion;
    twin.at_ns = w.now_ns() + static_cast<int64_t>(r.Between(kMinute, kHour) * 1e9);
    twin.related_serial = c->serial;
    twin.related_kind = Kind::kTicket;
    twin.relation = Relation::kNone;
    twin.initiator = Party::kCustomer;
    twin.duplicate = true;
    w.Plan(twin);
  }
  co_await w.Pause(15 * kMinute, 1.0);
  co_await Solve(w, c, &a);
  if (!r.Chance(w.options().behaviour.resolved + 0.1)) w.MayReturn(*c);
  co_await Afterwards(w, c, &a);
  w.Close(*c);
}

}  // namespace touchline::simulator
