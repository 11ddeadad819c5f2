#include "adapters/json/event_contract.h"

#include <initializer_list>

#include "adapters/json/key_table.h"

namespace touchline::json {
namespace {

using domain::Event;
using domain::EventType;
using domain::kMaxIdBytes;
using domain::kMaxLabelBytes;
using domain::Party;

constexpr auto kKeyTexts = std::to_array<std::string_view>(
    {"agent",       "team",        "queue",    "customer",    "to_queue", "to_agent",
     "to_external", "by_agent",    "by",       "reason",      "priority", "tier",
     "segment",     "related_to",  "relation", "initiator",   "channel",  "direction",
     "stage",       "kind",        "resolved", "disposition", "bot",      "author",
     "visibility",  "automated",   "status",   "created_by",  "into",     "repeated_info",
     "state",       "capacity",    "site",     "skills",      "partner",  "score",
     "scale",       "interaction", "source",   "sentiment",   "topic",    "lifetime_value",
     "currency",    "name",        "outcome",  "result",      "value",    "complete_until",
     "final"});
static_assert(kKeyTexts.size() <= 64);
constexpr KeyTable<kKeyTexts.size(), 9> kKeys(kKeyTexts);

template <auto Member>
struct SetOf;
template <class Enum, Enum Event::*Member>
struct SetOf<Member> {
  static bool Assign(std::string_view text, uint32_t allowed, Event* event) {
    const auto v = domain::ParseEnum<Enum>(text);
    if (!v || (allowed >> static_cast<uint32_t>(*v) & 1) == 0) return false;
    event->*Member = *v;
    return true;
  }
  static std::string_view Get(const Event& event) { return domain::Name(event.*Member); }
  static std::string_view Text(uint32_t v) { return domain::Name(static_cast<Enum>(v)); }
  static constexpr ClosedSet Of(std::initializer_list<Enum> allowed) {
    uint32_t mask = 0;
    for (const Enum v : allowed) mask |= 1u << static_cast<uint32_t>(v);
    return {.assign = &Assign, .get = &Get, .text = &Text, .allowed = mask};
  }
  // All values but the first, which stands for "absent".
  static constexpr ClosedSet UpTo(Enum last) {
    const uint32_t mask = (2u << static_cast<uint32_t>(last)) - 2;
    return {.assign = &Assign, .get = &Get, .text = &Text, .allowed = mask};
  }
};

// The domain keeps the kind of an outcome as a text; the contract closes the set.
struct OutcomeKinds {
  static constexpr std::array<std::string_view, 3> kTexts = {"purchased", "renewed", "churned"};
  static bool Assign(std::string_view text, uint32_t, Event* event) {
    for (const std::string_view known : kTexts) {
      if (known == text) event->outcome_kind = known;
    }
    return !event->outcome_kind.empty();
  }
  static std::string_view Get(const Event& event) { return event.outcome_kind; }
  static std::string_view Text(uint32_t v) { return kTexts[v]; }
};

constexpr Field NameField(std::string_view key, std::string_view Event::*text,
                          size_t max_bytes = kMaxIdBytes) {
  return {.key = key, .shape = Shape::kName, .text = text, .max_bytes = max_bytes};
}
constexpr Field LabelField(std::string_view key, std::string_view Event::*text) {
  return {.key = key, .shape = Shape::kLabel, .text = text, .max_bytes = kMaxLabelBytes};
}
constexpr Field SetField(std::string_view key, ClosedSet set) {
  return {.key = key, .shape = Shape::kOneOf, .set = set};
}
constexpr Field FlagField(std::string_view key, bool Event::*flag, Shape shape = Shape::kFlag) {
  return {.key = key, .shape = shape, .flag = flag};
}
constexpr Field NumberField(std::string_view key, std::optional<double> Event::*number, double min,
                            double max) {
  return {.key = key, .shape = Shape::kNumber, .number = number, .min = min, .max = max};
}

constexpr Field kAgent = NameField("agent", &Event::agent);
constexpr Field kCustomer = NameField("customer", &Event::customer);
constexpr Field kToAgent = NameField("to_agent", &Event::to_agent);
constexpr Field kToExternal = NameField("to_external", &Event::to_external);
constexpr Field kByAgent = NameField("by_agent", &Event::by_agent);
constexpr Field kRelatedTo = NameField("related_to", &Event::related_to);
constexpr Field kInto = NameField("into", &Event::into);
constexpr Field kInteraction = NameField("interaction", &Event::interaction);
constexpr Field kQueue = NameField("queue", &Event::queue, kMaxLabelBytes);
constexpr Field kToQueue = NameField("to_queue", &Event::to_queue, kMaxLabelBytes);
constexpr Field kOutreachReason = NameField("reason", &Event::reason, kMaxLabelBytes);
constexpr Field kSurveyKind = NameField("kind", &Event::survey_kind, kMaxLabelBytes);
constexpr Field kTouchpointStage = NameField("stage", &Event::stage_name, kMaxLabelBytes);

constexpr Field kTeam = LabelField("team", &Event::team);
constexpr Field kReason = LabelField("reason", &Event::reason);
constexpr Field kPriority = LabelField("priority", &Event::priority);
constexpr Field kTier = LabelField("tier", &Event::tier);
constexpr Field kSegment = LabelField("segment", &Event::segment);
constexpr Field kDisposition = LabelField("disposition", &Event::disposition);
constexpr Field kSite = LabelField("site", &Event::site);
constexpr Field kPartner = LabelField("partner", &Event::partner);
constexpr Field kFeedbackSource = LabelField("source", &Event::feedback_source);
constexpr Field kTopic = LabelField("topic", &Event::topic);
constexpr Field kCurrency = LabelField("currency", &Event::currency);
constexpr Field kTouchpointName = LabelField("name", &Event::name);

using Causes = SetOf<&Event::cause>;
constexpr Field kLeftQueueCause =
    SetField("reason", Causes::Of({domain::Cause::kCallback, domain::Cause::kVoicemail,
                                   domain::Cause::kOverflow, domain::Cause::kClosed}));
constexpr Field kMissedCause = SetField(
    "reason",
    Causes::Of({domain::Cause::kNoAnswer, domain::Cause::kDeclined, domain::Cause::kCallerHungUp}));
constexpr Field kNotConnectedCause =
    SetField("reason", Causes::Of({domain::Cause::kNoAnswer, domain::Cause::kBusy,
                                   domain::Cause::kVoicemail, domain::Cause::kWrongNumber}));
constexpr Field kDirection =
    SetField("direction", SetOf<&Event::direction>::UpTo(domain::Direction::kCallback));
constexpr Field kChannel =
    SetField("channel", SetOf<&Event::channel>::UpTo(domain::Channel::kSocial));
constexpr Field kInitiator = SetField(
    "initiator", SetOf<&Event::initiator>::Of({Party::kCustomer, Party::kAgent, Party::kSystem}));
constexpr Field kRelation =
    SetField("relation", SetOf<&Event::relation>::UpTo(domain::Relation::kConsultOf));
constexpr Field kEndedBy =
    SetField("by", SetOf<&Event::by>::Of({Party::kCustomer, Party::kAgent, Party::kSystem}));
constexpr Field kChangedBy = SetField(
    "by", SetOf<&Event::by>::Of({Party::kAgent, Party::kCustomer, Party::kSystem, Party::kBot}));
constexpr Field kAuthor = SetField("author", SetOf<&Event::author>::UpTo(Party::kThirdParty));
constexpr Field kCreatedBy =
    SetField("created_by", SetOf<&Event::created_by>::UpTo(Party::kThirdParty));
constexpr Field kAbandonStage =
    SetField("stage", SetOf<&Event::abandon_stage>::UpTo(domain::AbandonStage::kRinging));
constexpr Field kTransferKind =
    SetField("kind", SetOf<&Event::transfer_kind>::UpTo(domain::TransferKind::kBlind));
constexpr Field kVisibility =
    SetField("visibility", SetOf<&Event::visibility>::UpTo(domain::Visibility::kInternal));
constexpr Field kStatus =
    SetField("status", SetOf<&Event::status>::UpTo(domain::TicketStatus::kClosed));
constexpr Field kState =
    SetField("state", SetOf<&Event::presence>::UpTo(domain::Presence::kOffline));
constexpr Field kOutcome =
    SetField("outcome", SetOf<&Event::outcome>::UpTo(domain::Outcome::kFailed));
constexpr Field kSelfService =
    SetField("channel", SetOf<&Event::self_service>::UpTo(domain::SelfService::kPortal));
constexpr Field kResult = SetField(
    "result", SetOf<&Event::self_service_result>::UpTo(domain::SelfServiceResult::kAbandoned));
constexpr Field kOutcomeKind = SetField("kind", {.assign = &OutcomeKinds::Assign,
                                                 .get = &OutcomeKinds::Get,
                                                 .text = &OutcomeKinds::Text,
                                                 .allowed = 7});

constexpr Field kResolved = {
    .key = "resolved", .shape = Shape::kFlag, .maybe_flag = &Event::resolved};
constexpr Field kAutomated = FlagField("automated", &Event::automated);
constexpr Field kRepeatedInfo = FlagField("repeated_info", &Event::repeated_info);
constexpr Field kFinal = FlagField("final", &Event::is_final);
constexpr Field kBot = FlagField("bot", &Event::bot, Shape::kBot);
constexpr Field kScore = NumberField("score", &Event::score, -kMaxScore, kMaxScore);
constexpr Field kScale = NumberField("scale", &Event::scale, 0, kMaxScore);
constexpr Field kSentiment = NumberField("sentiment", &Event::sentiment, -1, 1);
constexpr Field kValue = NumberField("value", &Event::value, -kMaxMoney, kMaxMoney);
constexpr Field kLifetimeValue =
    NumberField("lifetime_value", &Event::value, -kMaxMoney, kMaxMoney);
constexpr Field kCompleteUntil = {
    .key = "complete_until", .shape = Shape::kTime, .time_ns = &Event::complete_until_ns};
constexpr Field kCapacity = {.key = "capacity", .shape = Shape::kCounts};
constexpr Field kSkills = {.key = "skills", .shape = Shape::kTextList};

constexpr TypeRules kEmptyRules = [] {
  TypeRules rules;
  rules.use_of_key.fill(TypeRules::kNotUsed);
  return rules;
}();

class Contract {
 public:
  consteval Contract() {
    rules_.fill(kEmptyRules);
    Calls();
    Chats();
    Tickets();
    Agents();
    Customers();
  }
  constexpr const TypeRules& operator[](EventType type) const {
    return rules_[static_cast<size_t>(type)];
  }

 private:
  using Fields = std::initializer_list<const Field*>;

  constexpr void Add(EventType type, const Field& field, bool required) {
    TypeRules& rules = rules_[static_cast<size_t>(type)];
    const KeyIndex key = kKeys.Find(field.key);
    rules.use_of_key[key] = static_cast<uint8_t>(rules.count);
    rules.use[rules.count++] = {.field = &field, .key = key, .required = required};
    if (required) rules.required |= uint64_t{1} << key;
    // A team may stand wherever an agent stands.
    if (&field == &kAgent) Add(type, kTeam, false);
  }
  constexpr void Set(EventType type, Fields required, Fields optional) {
    for (const Field* f : required) Add(type, *f, true);
    for (const Field* f : optional) Add(type, *f, false);
  }
  constexpr void SetOpening(EventType type, Fields required, Fields optional) {
    Set(type, required, optional);
    Set(type, {},
        {&kCustomer, &kReason, &kPriority, &kTier, &kSegment, &kInitiator, &kChannel, &kRelatedTo,
         &kRelation});
  }
  constexpr void SetUpdated(EventType type, Fields optional) {
    Set(type, {}, optional);
    Set(type, {},
        {&kQueue, &kCustomer, &kReason, &kPriority, &kTier, &kRepeatedInfo, &kChangedBy,
         &kByAgent});
  }
  constexpr void SetTransferred(EventType type) {
    Set(type, {},
        {&kToQueue, &kToAgent, &kToExternal, &kTransferKind, &kAgent, &kChangedBy, &kByAgent});
    for (const Field* f : {&kToQueue, &kToAgent, &kToExternal}) {
      rules_[static_cast<size_t>(type)].one_of |= uint64_t{1} << kKeys.Find(f->key);
    }
  }

  constexpr void Calls() {
    using enum EventType;
    SetOpening(kCallStarted, {}, {&kDirection});
    SetOpening(kCallQueued, {&kQueue}, {&kDirection});
    Set(kCallLeftQueue, {&kLeftQueueCause}, {});
    Set(kCallRinging, {&kAgent}, {});
    Set(kCallMissed, {&kAgent}, {&kMissedCause});
    Set(kCallAnswered, {&kAgent}, {});
    SetOpening(kCallDialed, {&kAgent}, {});
    Set(kCallConnected, {&kAgent}, {&kCustomer});
    Set(kCallNotConnected, {&kAgent}, {&kCustomer, &kNotConnectedCause});
    Set(kCallHeld, {}, {&kAgent});
    Set(kCallResumed, {}, {&kAgent});
    Set(kCallConsulted, {}, {&kAgent, &kToAgent, &kToQueue, &kToExternal});
    Set(kCallJoined, {&kAgent}, {});
    Set(kCallLeft, {&kAgent}, {});
    SetTransferred(kCallTransferred);
    Set(kCallAbandoned, {&kAbandonStage}, {});
    Set(kCallEnded, {}, {&kEndedBy, &kResolved, &kDisposition});
    Set(kCallWrappedUp, {&kAgent}, {});
    SetUpdated(kCallUpdated, {});
  }

  constexpr void Chats() {
    using enum EventType;
    SetOpening(kChatStarted, {}, {&kBot});
    SetOpening(kChatQueued, {&kQueue}, {});  // for a chat that nobody started
    Set(kChatOffered, {&kAgent}, {});
    Set(kChatMissed, {&kAgent}, {&kMissedCause});
    Set(kChatLeftQueue, {&kLeftQueueCause}, {});
    Set(kChatJoined, {&kAgent}, {});
    Set(kChatLeft, {&kAgent}, {});
    Set(kChatMessage, {&kAuthor}, {&kAgent, &kVisibility, &kAutomated});
    SetTransferred(kChatTransferred);
    Set(kChatEnded, {}, {&kEndedBy, &kResolved, &kDisposition});
    Set(kChatWrappedUp, {&kAgent}, {});
    SetUpdated(kChatUpdated, {});
  }

  constexpr void Tickets() {
    using enum EventType;
    SetOpening(kTicketCreated, {&kQueue}, {&kStatus, &kCreatedBy});
    Set(kTicketMessage, {&kAuthor}, {&kAgent, &kVisibility, &kAutomated});
    SetUpdated(kTicketUpdated, {&kStatus, &kAgent});
    Set(kTicketWorkStarted, {&kAgent}, {});
    Set(kTicketWorkEnded, {&kAgent}, {});
    Set(kTicketMerged, {&kInto}, {});
  }

  constexpr void Agents() {
    using enum EventType;
    Set(kAgentStateChanged, {&kState}, {&kReason, &kCapacity});
    Set(kAgentUpdated, {}, {&kTeam, &kSite, &kSkills, &kPartner});
  }

  constexpr void Customers() {
    using enum EventType;
    Set(kSurveySent, {&kSurveyKind}, {&kScale, &kCustomer, &kInteraction, &kAgent});
    Set(kSurveyAnswered, {&kSurveyKind, &kScore}, {&kScale, &kCustomer, &kInteraction, &kAgent});
    Set(kFeedbackReceived, {}, {&kFeedbackSource, &kSentiment, &kTopic, &kCustomer});
    Set(kCustomerUpdated, {}, {&kTier, &kSegment, &kLifetimeValue, &kCurrency});
    Set(kCustomerMerged, {&kInto}, {});
    Set(kCustomerTouchpoint, {&kTouchpointStage}, {&kTouchpointName, &kOutcome});
    Set(kSelfServiceStarted, {&kSelfService}, {});
    Set(kSelfServiceEnded, {&kSelfService}, {&kResult});
    Set(kOutreachSent, {&kOutreachReason}, {});
    Set(kCustomerOutcome, {&kOutcomeKind}, {&kValue, &kCurrency});
    Set(kSourceHeartbeat, {&kCompleteUntil}, {&kFinal});
  }

  std::array<TypeRules, domain::kEventTypeCount> rules_{};
};
constexpr Contract kContract;

// A copy of the domain's names, for the place of each is decided at compile time; event_contract's
// test holds the two lists together.
constexpr auto kTypeTexts = std::to_array<std::string_view>(
    {"call.started",       "call.queued",     "call.left_queue",     "call.ringing",
     "call.missed",        "call.answered",   "call.dialed",         "call.connected",
     "call.not_connected", "call.held",       "call.resumed",        "call.consulted",
     "call.joined",        "call.left",       "call.transferred",    "call.abandoned",
     "call.ended",         "call.wrapped_up", "chat.started",        "chat.queued",
     "chat.offered",       "chat.missed",     "chat.left_queue",     "chat.abandoned",
     "chat.joined",        "chat.left",       "chat.message",        "chat.transferred",
     "chat.ended",         "chat.reopened",   "chat.wrapped_up",     "ticket.created",
     "ticket.message",     "ticket.updated",  "ticket.work_started", "ticket.work_ended",
     "ticket.merged",      "call.updated",    "chat.updated",        "agent.state_changed",
     "agent.updated",      "survey.sent",     "survey.answered",     "feedback.received",
     "customer.updated",   "customer.merged", "customer.touchpoint", "selfservice.started",
     "selfservice.ended",  "outreach.sent",   "customer.outcome",    "customer.forgotten",
     "source.heartbeat"});
static_assert(kTypeTexts.size() == domain::kEventTypeCount);
constexpr KeyTable<kTypeTexts.size(), 9> kTypes(kTypeTexts);

}  // namespace

KeyIndex FindKey(std::string_view key) { return kKeys.Find(key); }
std::string_view KeyText(KeyIndex key) { return kKeyTexts[key]; }

const TypeRules& RulesFor(EventType type) { return kContract[type]; }

std::optional<EventType> FindEventType(std::string_view name) {
  const size_t at = kTypes.Find(name);
  if (at == kTypes.kNone) return std::nullopt;
  return static_cast<EventType>(at);
}

}  // namespace touchline::json
