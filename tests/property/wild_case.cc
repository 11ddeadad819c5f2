#include <algorithm>
#include <array>

#include "tests/property/case.h"
#include "tests/property/promises.h"

namespace touchline::property {
namespace {

using domain::Cause;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::TicketStatus;
using naive::Consumed;
using naive::InputLog;

constexpr int64_t kStartMillis = 1'767'600'000'000;  // 2026-01-05 08:00:00 UTC

const std::vector<std::string> kAgents = {"ann", "bob", "cyd"};
const std::vector<std::string> kQueues = {"sales", "billing"};
const std::vector<std::string> kCustomers = {"", "cara", "dora"};
const std::vector<std::string> kReasons = {"", "", "bill", "move"};
const std::vector<std::string> kSegments = {"", "", "home", "office"};
const std::vector<std::string> kPartners = {"", "", "north", "south"};
const std::vector<std::string> kPriorities = {"low", "urgent"};
const std::vector<std::string> kTiers = {"basic", "vip"};
const std::vector<std::string> kTeams = {"alpha", "beta"};

// The types of a kind, from its first rank to its last, with *.updated.
std::vector<EventType> TypesOf(Kind kind) {
  std::vector<EventType> types;
  for (size_t i = 0; i < domain::kEventTypeCount; ++i) {
    const auto type = static_cast<EventType>(i);
    if (domain::KindOf(type) == kind) types.push_back(type);
  }
  return types;
}

domain::RuleSet WildRules(Dice* dice) {
  domain::RuleSet rules;
  rules.default_queue.threshold_inclusive = dice->Percent(50);
  rules.queues["billing"] = {.answer_threshold = Duration::Seconds(60),
                             .short_abandon = Duration::Seconds(10),
                             .threshold_inclusive = dice->Percent(50)};
  rules.reap_call_after = Duration::Seconds(200 + dice->Below(600));
  rules.reap_chat_after = Duration::Seconds(300 + dice->Below(900));
  rules.reopen_window = Duration::Seconds(100 + dice->Below(900));
  rules.max_wrap_up = Duration::Seconds(30);
  rules.silent_abandon_after = Duration::Seconds(30 + dice->Below(100));
  rules.journey_quiet_period = Duration::Seconds(60 + dice->Below(1200));
  rules.effort_repeat_within = Duration::Seconds(300);
  rules.effort.waiting_milli = 250;
  rules.effort.repeated_info_milli = 1700;
  if (dice->Percent(25)) rules.max_log_entries = 16;
  if (dice->Percent(25)) rules.retention = Duration::Seconds(200 + dice->Below(1000));
  return rules;
}

class Teller {
 public:
  // `promised` draws what only clocks read: what else is told does not depend on it.
  Teller(Dice* dice, Dice* promised, std::string_view run)
      : dice_(*dice), promised_(*promised), run_(run) {}

  Event Tell(EventType type, int64_t second, const std::string& contact) {
    Event e;
    e.type = type;
    // Most instants fall together; some differ below the millisecond only.
    e.time_ns = (kStartMillis + second * 1000) * 1'000'000;
    if (dice_.Percent(20)) e.time_ns += dice_.Below(3'000'000);
    if (dice_.Percent(20)) e.sequence = static_cast<uint64_t>(dice_.Below(4));
    e.source = "wild";
    id_ = run_ + std::to_string(next_++);
    e.id = id_;
    e.subject = contact;
    e.partner = dice_.OneOf(kPartners);
    Fill(&e);
    FillPromised(&e);
    e.id_hash = HashEventId(e.source, e.id);
    return e;
  }

 private:
  template <class Enum>
  Enum Any(int64_t least, int64_t most) {
    return static_cast<Enum>(least + dice_.Below(most - least + 1));
  }

  void Fill(Event* e) {
    switch (e->type) {
      case EventType::kCallStarted:
      case EventType::kChatStarted:
      case EventType::kCallQueued:
      case EventType::kChatQueued:
      case EventType::kCallDialed:
      case EventType::kTicketCreated:
        FillOpening(e);
        break;
      case EventType::kCallUpdated:
      case EventType::kChatUpdated:
      case EventType::kTicketUpdated:
        FillUpdate(e);
        break;
      case EventType::kCallLeftQueue:
      case EventType::kChatLeftQueue:
        e->cause = Any<Cause>(1, 4);
        break;
      case EventType::kCallMissed:
      case EventType::kChatMissed:
        e->agent = dice_.OneOf(kAgents);
        if (dice_.Percent(70)) e->cause = Any<Cause>(5, 7);
        break;
      case EventType::kCallNotConnected:
        e->agent = dice_.OneOf(kAgents);
        e->cause = dice_.OneOf<Cause>({Cause::kNone, Cause::kNoAnswer, Cause::kBusy,
                                       Cause::kVoicemail, Cause::kWrongNumber});
        break;
      case EventType::kCallHeld:
      case EventType::kCallResumed:
      case EventType::kCallConsulted:
        if (dice_.Percent(50)) e->agent = dice_.OneOf(kAgents);
        break;
      case EventType::kCallTransferred:
      case EventType::kChatTransferred:
        FillTransfer(e);
        break;
      case EventType::kCallEnded:
      case EventType::kChatEnded:
        e->by = dice_.OneOf<Party>({Party::kNone, Party::kCustomer, Party::kAgent, Party::kSystem});
        if (dice_.Percent(70)) e->resolved = dice_.Percent(60);
        break;
      case EventType::kChatMessage:
      case EventType::kTicketMessage:
        e->author = dice_.Percent(70) ? Any<Party>(1, 2) : Any<Party>(1, 5);
        if (e->author == Party::kAgent && dice_.Percent(80)) e->agent = dice_.OneOf(kAgents);
        e->visibility = Any<domain::Visibility>(0, 1);
        if (dice_.Percent(20)) e->visibility = domain::Visibility::kInternal;
        e->automated = dice_.Percent(10);
        break;
      case EventType::kTicketMerged:
        e->into = "elsewhere";
        break;
      case EventType::kCallAbandoned:
        e->abandon_stage = Any<domain::AbandonStage>(1, 3);
        break;
      case EventType::kChatReopened:
      case EventType::kChatAbandoned:
        break;
      default:  // what an agent does
        e->agent = dice_.OneOf(kAgents);
    }
  }
  void FillOpening(Event* e) {
    e->customer = dice_.OneOf(kCustomers);
    e->reason = dice_.OneOf(kReasons);
    e->segment = dice_.OneOf(kSegments);
    e->initiator = dice_.OneOf<Party>({Party::kNone, Party::kNone, Party::kCustomer, Party::kAgent,
                                       Party::kSystem});
    if (dice_.Percent(20)) e->relation = Any<domain::Relation>(1, 5);
    if (dice_.Percent(30)) e->channel = Any<domain::Channel>(1, 9);
    if (e->type == EventType::kCallStarted || e->type == EventType::kCallQueued) {
      e->direction = Any<domain::Direction>(0, 3);
    }
    if (e->type == EventType::kChatStarted) e->bot = dice_.Percent(60);
    if (e->type == EventType::kCallDialed) e->agent = dice_.OneOf(kAgents);
    if (e->type == EventType::kTicketCreated) {
      e->status = Any<TicketStatus>(0, 6);
      if (dice_.Percent(50)) e->created_by = Any<Party>(1, 4);
    }
    if (e->type == EventType::kCallQueued || e->type == EventType::kChatQueued ||
        e->type == EventType::kTicketCreated) {
      e->queue = dice_.OneOf(kQueues);
    }
  }
  void FillUpdate(Event* e) {
    if (dice_.Percent(20)) e->customer = dice_.OneOf(kCustomers);
    e->reason = dice_.OneOf(kReasons);
    if (dice_.Percent(30)) e->queue = dice_.OneOf(kQueues);
    e->repeated_info = dice_.Percent(20);
    if (e->type != EventType::kTicketUpdated) return;
    if (dice_.Percent(30)) e->agent = dice_.OneOf(kAgents);
    if (dice_.Percent(70)) e->status = Any<TicketStatus>(1, 6);
  }
  void FillTransfer(Event* e) {
    if (dice_.Percent(30)) e->agent = dice_.OneOf(kAgents);
    if (dice_.Percent(30)) e->by_agent = dice_.OneOf(kAgents);
    e->transfer_kind = Any<domain::TransferKind>(0, 2);
    const int64_t to = dice_.Below(4);  // one of the three, or the first two
    if (to == 0 || to == 3) e->to_queue = dice_.OneOf(kQueues);
    if (to == 1 || to == 3) e->to_agent = dice_.OneOf(kAgents);
    if (to == 2) e->to_external = "elsewhere";
  }

  void FillPromised(Event* e) {
    switch (e->type) {
      case EventType::kCallStarted:
      case EventType::kChatStarted:
      case EventType::kCallQueued:
      case EventType::kChatQueued:
      case EventType::kCallDialed:
      case EventType::kTicketCreated:
      case EventType::kCallUpdated:
      case EventType::kChatUpdated:
      case EventType::kTicketUpdated:
        if (promised_.Percent(40)) e->priority = promised_.OneOf(kPriorities);
        if (promised_.Percent(20)) e->tier = promised_.OneOf(kTiers);
        break;
      default:
        break;
    }
    if (!e->agent.empty() && promised_.Percent(30)) e->team = promised_.OneOf(kTeams);
  }

  Dice& dice_;
  Dice& promised_;
  const std::string run_;
  int next_ = 0;
  std::string id_;
};

// Some customers ask to be forgotten, in any of the topics.
void AddForgotten(uint64_t seed, int64_t length_s, Case* c) {
  Dice dice(seed ^ 0x666f72676574);
  if (dice.Percent(50)) return;
  for (int64_t n = 1 + dice.Below(3); n > 0; --n) {
    const int64_t ms = kStartMillis + dice.Below(2 * length_s * 1000);
    const std::string id = "f" + std::to_string(seed) + "-" + std::to_string(n);
    Event e;
    e.type = EventType::kCustomerForgotten;
    e.time_ns = ms * 1'000'000;
    e.source = "wild";
    e.id = id;
    e.subject = kCustomers[static_cast<size_t>(1 + dice.Below(2))];
    e.id_hash = HashEventId(e.source, e.id);
    Consumed record{.event = naive::LoggedEvent(e)};
    record.consumed_at = WallTime::FromMillis(ms + 5 + dice.Below(60'000));
    auto& records = dice.OneOf<InputLog*>({&c->inputs[0], &c->inputs[1], &c->inputs[2]})->records;
    records.insert(std::upper_bound(records.begin(), records.end(), record,
                                    [](const Consumed& a, const Consumed& b) {
                                      return a.consumed_at < b.consumed_at;
                                    }),
                   record);
  }
  c->knobs += ", customers forgotten";
}

}  // namespace

Case WildCase(uint64_t seed) {
  Dice dice(seed);
  Case c{.name = "wild", .seed = seed, .rules = {WildRules(&dice)}};
  const int64_t contacts = 1 + dice.Below(12);  // per kind
  const int64_t length_s = dice.OneOf<int64_t>({60, 600, 3600});
  const int64_t most_late_s = dice.OneOf<int64_t>({0, 5, 300, 3600});
  const bool live = !dice.Percent(20);
  Dice promised(seed ^ 0x736c61);
  Teller teller(&dice, &promised, "w" + std::to_string(seed) + "-");
  for (const Kind kind : {Kind::kCall, Kind::kChat, Kind::kTicket}) {
    InputLog input{.alias = std::string(domain::Name(kind)) + "s",
                   .partners = {"north", "south"},
                   .live = live};
    const std::vector<EventType> types = TypesOf(kind);
    for (int64_t contact = 0; contact < contacts; ++contact) {
      const std::string id = "c" + std::to_string(contact);
      const int64_t begin = dice.Below(length_s), events = 1 + dice.Below(40);
      const bool begins_well = dice.Percent(50);
      for (int64_t i = 0; i < events; ++i) {
        const bool opens = i == 0 && begins_well;
        const int64_t second = opens ? begin : begin + dice.Below(length_s);
        const EventType type = opens ? types.front() : dice.OneOf(types);
        Consumed record{.event = naive::LoggedEvent(teller.Tell(type, second, id))};
        const int64_t late_ms = most_late_s == 0 ? 0 : dice.Below(most_late_s * 1000);
        record.consumed_at = WallTime::FromMillis(kStartMillis + second * 1000 + 5 + late_ms);
        input.records.push_back(std::move(record));
      }
    }
    std::stable_sort(
        input.records.begin(), input.records.end(),
        [](const Consumed& a, const Consumed& b) { return a.consumed_at < b.consumed_at; });
    c.inputs.push_back(std::move(input));
  }
  if (live && dice.Percent(60)) {
    c.proved_at = WallTime::FromMillis(kStartMillis + (2 * length_s + most_late_s) * 1000 +
                                       dice.Below(10'000'000));
  }
  c.knobs = std::to_string(contacts) + " contacts a kind within " + std::to_string(length_s) +
            " s, late by up to " + std::to_string(most_late_s) + " s, " +
            (live ? "live" : "recorded");
  AddPromises(&c, &promised);
  AddForgotten(seed, length_s, &c);
  return c;
}

}  // namespace touchline::property
