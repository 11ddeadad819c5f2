#include "simulator/bench_feed.h"

#include <algorithm>

namespace touchline::simulator {
namespace {

using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::TicketStatus;
using domain::Visibility;

constexpr size_t kAgents = 512;
constexpr uint64_t kCustomersOfAnEndlessFeed = 200'000;
constexpr std::array<std::string_view, 8> kQueues = {"billing",  "orders", "technical", "returns",
                                                     "accounts", "sales",  "premium",   "warranty"};
constexpr std::array<std::string_view, 4> kPartners = {"alba", "brevis", "corvus", "delphin"};

// One event of a script: its type and what it says. Agents are numbered within the contact.
struct Line {
  EventType type;
  uint8_t agent = 0;  // 1 or 2; 0: none
  Party party = Party::kNone;
  TicketStatus status = TicketStatus::kNone;
  Visibility visibility = Visibility::kNone;
  bool automated = false;
};
using Script = std::array<Line, BenchFeed::kEventsPerContact>;

constexpr Script kCall = {{
    {EventType::kCallStarted},      {EventType::kCallQueued},      {EventType::kCallRinging, 1},
    {EventType::kCallMissed, 1},    {EventType::kCallRinging, 2},  {EventType::kCallAnswered, 2},
    {EventType::kCallHeld, 2},      {EventType::kCallResumed, 2},  {EventType::kCallConsulted, 2},
    {EventType::kCallHeld, 2},      {EventType::kCallResumed, 2},  {EventType::kCallUpdated},
    {EventType::kCallHeld, 2},      {EventType::kCallResumed, 2},  {EventType::kCallJoined, 1},
    {EventType::kCallLeft, 1},      {EventType::kCallHeld, 2},     {EventType::kCallResumed, 2},
    {EventType::kCallEnded},        {EventType::kCallWrappedUp, 2},
}};

constexpr Line Customer(EventType type) { return {type, 0, Party::kCustomer}; }
constexpr Line Agent(EventType type) {
  return {type, 1, Party::kAgent, TicketStatus::kNone, Visibility::kPublic};
}
constexpr Line Note(EventType type) {
  return {type, 1, Party::kAgent, TicketStatus::kNone, Visibility::kInternal};
}

constexpr Line kAsk = Customer(EventType::kChatMessage);
constexpr Line kAnswer = Agent(EventType::kChatMessage);
constexpr Script kChat = {{
    {EventType::kChatStarted}, kAsk, {EventType::kChatQueued}, {EventType::kChatOffered, 1},
    {EventType::kChatJoined, 1}, kAnswer, kAsk, kAnswer, kAsk, Note(EventType::kChatMessage),
    kAnswer, kAsk, {EventType::kChatUpdated}, kAnswer, kAsk, kAnswer, kAsk, kAnswer,
    {EventType::kChatEnded}, {EventType::kChatWrappedUp, 1},
}};

constexpr Line kWrite = Customer(EventType::kTicketMessage);
constexpr Line kReply = Agent(EventType::kTicketMessage);
constexpr Line To(TicketStatus status, uint8_t agent = 0) {
  return {EventType::kTicketUpdated, agent, Party::kNone, status};
}
constexpr Script kTicket = {{
    {EventType::kTicketCreated, 0, Party::kCustomer, TicketStatus::kNew},
    kWrite,
    {EventType::kTicketMessage, 0, Party::kSystem, TicketStatus::kNone, Visibility::kPublic, true},
    To(TicketStatus::kOpen, 1),
    {EventType::kTicketWorkStarted, 1},
    Note(EventType::kTicketMessage),
    kReply,
    To(TicketStatus::kPending),
    {EventType::kTicketWorkEnded, 1},
    kWrite,
    To(TicketStatus::kOpen),
    {EventType::kTicketWorkStarted, 1},
    kReply,
    To(TicketStatus::kOnHold),
    {EventType::kTicketWorkEnded, 1},
    {EventType::kTicketMessage, 0, Party::kThirdParty},
    To(TicketStatus::kOpen),
    kReply,
    To(TicketStatus::kSolved),
    To(TicketStatus::kClosed),
}};

const Script& ScriptOf(Kind kind) {
  return kind == Kind::kCall ? kCall : kind == Kind::kChat ? kChat : kTicket;
}

// "prefix" and the number with nine digits: all ids are equally long.
void Number(std::string_view prefix, uint64_t n, std::string* out) {
  out->assign(prefix);
  out->append(9, '0');
  for (size_t i = out->size(); n != 0 && i > prefix.size(); n /= 10) {
    (*out)[--i] = static_cast<char>('0' + n % 10);
  }
}

bool Opens(EventType type) {
  return type == EventType::kCallStarted || type == EventType::kChatStarted ||
         type == EventType::kTicketCreated;
}

// What the line says beside who and when.
void Say(const Line& line, uint64_t serial, Event* e) {
  e->status = line.status;
  e->visibility = line.visibility;
  e->automated = line.automated;
  if (Opens(line.type)) {
    e->priority = "normal";
    e->tier = "silver";
  }
  switch (line.type) {
    case EventType::kTicketCreated:
      e->created_by = line.party;
      e->queue = kQueues[serial % kQueues.size()];
      break;
    case EventType::kChatMessage:
    case EventType::kTicketMessage:
      e->author = line.party;
      break;
    case EventType::kCallQueued:
      e->direction = domain::Direction::kInbound;
      [[fallthrough]];
    case EventType::kChatQueued:
      e->queue = kQueues[serial % kQueues.size()];
      break;
    case EventType::kCallMissed:
      e->cause = domain::Cause::kNoAnswer;
      break;
    case EventType::kCallConsulted:
      e->to_queue = kQueues[(serial + 1) % kQueues.size()];
      break;
    case EventType::kCallUpdated:
    case EventType::kChatUpdated:
      e->reason = "device_fault";
      break;
    case EventType::kCallEnded:
    case EventType::kChatEnded:
      e->by = Party::kCustomer;
      e->resolved = serial % 5 != 0;
      break;
    default:
      break;
  }
}

}  // namespace

BenchFeed::BenchFeed(const BenchFeedOptions& options)
    : options_(options),
      random_(options.seed),
      sources_({"/bench/europe-central-1/telephony-primary",
                "/bench/europe-central-1/messaging-primary",
                "/bench/europe-central-1/help-desk-primary"}) {
  for (size_t i = 0; i < kAgents; ++i) {
    agents_.push_back("agent-" + std::to_string(1000 + i));
    teams_.push_back("second-line-team-" + std::to_string(10 + i % 16));
  }
  open_.resize(options.open_contacts);
  for (Open& o : open_) o.serial = UINT64_MAX;  // nobody yet
  next_serial_ = options.idle_contacts;
  const uint64_t contacts = options.idle_contacts + options.contacts;
  customers_ = options.contacts == 0 ? kCustomersOfAnEndlessFeed
                                     : std::max(uint64_t{1}, contacts * 4 / 5);
}

bool BenchFeed::Next(SimulatedRecord* out) {
  if (idle_written_ < options_.idle_contacts * kEventsPerIdleContact) {
    Write(idle_written_ / kEventsPerIdleContact,
          static_cast<uint32_t>(idle_written_ % kEventsPerIdleContact), out);
    ++idle_written_;
    return true;
  }
  const uint64_t end = options_.idle_contacts + options_.contacts;
  while (!open_.empty()) {
    Open& o = open_[random_.Below(open_.size())];
    if (o.serial == UINT64_MAX || o.step == kEventsPerContact) {
      if (options_.contacts != 0 && next_serial_ == end) {
        o = open_.back();
        open_.pop_back();
        continue;
      }
      o = {.serial = next_serial_++};
    }
    Write(o.serial, o.step++, out);
    return true;
  }
  return false;
}

void BenchFeed::Write(uint64_t serial, uint32_t step, SimulatedRecord* out) {
  constexpr std::array<std::string_view, 3> kPrefixes = {"call-bench-", "chat-bench-",
                                                         "tckt-bench-"};
  const auto kind = static_cast<Kind>(serial % 3);
  const Line& line = ScriptOf(kind)[step];
  Number(kPrefixes[static_cast<size_t>(kind)], serial, &subject_);
  id_.assign(subject_);
  id_.push_back('.');
  id_.push_back(static_cast<char>('a' + step));

  Event e{.type = line.type};
  const uint64_t rate = options_.events_per_second;
  e.time_ns = options_.start.millis() * 1'000'000 +
              static_cast<int64_t>(written_ / rate * 1'000'000'000 +
                                   written_ % rate * 1'000'000'000 / rate);
  ++written_;
  e.sequence = step + 1;
  e.source = sources_[static_cast<size_t>(kind)];
  e.id = id_;
  e.id_hash = HashEventId(e.source, e.id);
  e.subject = subject_;
  e.partner = kPartners[serial % kPartners.size()];
  if (line.agent != 0) {
    // An agent works for one partner and in one kind of contact.
    constexpr size_t kTeams = kPartners.size() * 3;
    const size_t agent =
        serial % kTeams + (serial / kTeams * 7 + line.agent) % (kAgents / kTeams) * kTeams;
    e.agent = agents_[agent];
    e.team = teams_[agent];
  }
  if (Opens(line.type)) {
    Number("cust-", serial % customers_, &customer_);
    e.customer = customer_;
  }
  Say(line, serial, &e);

  out->what = RecordWhat::kEvent;
  out->emitted_at = e.time();
  out->topic = kind;
  out->key.assign(subject_);
  out->event.Assign(e);
  out->raw.clear();
  out->reject_reason.reset();
}

}  // namespace touchline::simulator
