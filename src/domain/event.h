#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"

namespace touchline::domain {

// Every event type of the contract (DESIGN section 2), in the order of its table. The position is
// the type's *rank*: it breaks ties between events of one instant, so the order is part of the
// state format. Append only.
enum class EventType : uint8_t {
  kCallStarted,
  kCallQueued,
  kCallLeftQueue,
  kCallRinging,
  kCallMissed,
  kCallAnswered,
  kCallDialed,
  kCallConnected,
  kCallNotConnected,
  kCallHeld,
  kCallResumed,
  kCallConsulted,
  kCallJoined,
  kCallLeft,
  kCallTransferred,
  kCallAbandoned,
  kCallEnded,
  kCallWrappedUp,
  kChatStarted,
  kChatQueued,
  kChatOffered,
  kChatMissed,
  kChatLeftQueue,
  kChatAbandoned,
  kChatJoined,
  kChatLeft,
  kChatMessage,
  kChatTransferred,
  kChatEnded,
  kChatReopened,
  kChatWrappedUp,
  kTicketCreated,
  kTicketMessage,
  kTicketUpdated,
  kTicketWorkStarted,
  kTicketWorkEnded,
  kTicketMerged,
  kCallUpdated,
  kChatUpdated,
  kAgentStateChanged,
  kAgentUpdated,
  kSurveySent,
  kSurveyAnswered,
  kFeedbackReceived,
  kCustomerUpdated,
  kCustomerMerged,
  kCustomerTouchpoint,
  kSelfServiceStarted,
  kSelfServiceEnded,
  kOutreachSent,
  kCustomerOutcome,
  kCustomerForgotten,
  kSourceHeartbeat,
};
inline constexpr size_t kEventTypeCount = 53;

// "call.started" and so on; the CloudEvents `type`.
std::string_view Name(EventType type);
std::optional<EventType> ParseEventType(std::string_view name);

// Closed sets of values in `data`. Zero is always "absent". The text forms are in event.cc; a text
// outside the set is RejectReason::kBadValue.
enum class Kind : uint8_t { kCall, kChat, kTicket };
enum class Channel : uint8_t {
  kNone, kVoice, kWeb, kApp, kWhatsapp, kMessenger, kSms, kEmail, kApi, kSocial,
};
enum class Direction : uint8_t { kNone, kInbound, kOutbound, kCallback };
enum class Party : uint8_t {  // by, author, initiator, created_by
  kNone, kCustomer, kAgent, kBot, kSystem, kThirdParty,
};
// reason of left_queue, missed, not_connected; each type allows its own part of the set.
enum class Cause : uint8_t {
  kNone, kCallback, kVoicemail, kOverflow, kClosed, kNoAnswer, kDeclined, kCallerHungUp, kBusy,
  kWrongNumber,
};
enum class AbandonStage : uint8_t { kNone, kIvr, kQueue, kRinging };
enum class TransferKind : uint8_t { kNone, kWarm, kBlind };
enum class Visibility : uint8_t { kNone, kPublic, kInternal };
enum class TicketStatus : uint8_t { kNone, kNew, kOpen, kPending, kOnHold, kSolved, kClosed };
enum class Relation : uint8_t {
  kNone, kCallbackOf, kFollowUpOf, kCreatedFrom, kVoicemailOf, kConsultOf,
};
enum class Presence : uint8_t { kNone, kAvailable, kBusy, kWrapUp, kAway, kOffline };
enum class Outcome : uint8_t { kNone, kOk, kFailed };
enum class SelfService : uint8_t { kNone, kIvr, kBot, kKnowledgeBase, kPortal };
enum class SelfServiceResult : uint8_t { kNone, kContained, kHandedOff, kAbandoned };

std::string_view Name(Kind v);
std::string_view Name(Channel v);
std::string_view Name(Direction v);
std::string_view Name(Party v);
std::string_view Name(Cause v);
std::string_view Name(AbandonStage v);
std::string_view Name(TransferKind v);
std::string_view Name(Visibility v);
std::string_view Name(TicketStatus v);
std::string_view Name(Relation v);
std::string_view Name(Presence v);
std::string_view Name(Outcome v);
std::string_view Name(SelfService v);
std::string_view Name(SelfServiceResult v);
// The value of the set whose text this is; nullopt for a text outside it (the empty text, too).
template <class Enum>
std::optional<Enum> ParseEnum(std::string_view text);
template <>
std::optional<Kind> ParseEnum<Kind>(std::string_view text);
template <>
std::optional<Channel> ParseEnum<Channel>(std::string_view text);
template <>
std::optional<Direction> ParseEnum<Direction>(std::string_view text);
template <>
std::optional<Party> ParseEnum<Party>(std::string_view text);
template <>
std::optional<Cause> ParseEnum<Cause>(std::string_view text);
template <>
std::optional<AbandonStage> ParseEnum<AbandonStage>(std::string_view text);
template <>
std::optional<TransferKind> ParseEnum<TransferKind>(std::string_view text);
template <>
std::optional<Visibility> ParseEnum<Visibility>(std::string_view text);
template <>
std::optional<TicketStatus> ParseEnum<TicketStatus>(std::string_view text);
template <>
std::optional<Relation> ParseEnum<Relation>(std::string_view text);
template <>
std::optional<Presence> ParseEnum<Presence>(std::string_view text);
template <>
std::optional<Outcome> ParseEnum<Outcome>(std::string_view text);
template <>
std::optional<SelfService> ParseEnum<SelfService>(std::string_view text);
template <>
std::optional<SelfServiceResult> ParseEnum<SelfServiceResult>(std::string_view text);

// Where an event stands within its entity: (time in ns; sequence, absent first; rank; identity).
struct OrderKey {
  int64_t time_ns = 0;
  uint64_t sequence_plus = 0;  // 0 = absent, else min(sequence, 2^64-2) + 1
  uint8_t rank = 0;
  Hash128 id;
  constexpr auto operator<=>(const OrderKey&) const = default;
  EventTime time() const;  // floored to the millisecond
};

// One event of the contract, decoded. All texts are views into the decoder's buffer: valid until
// its next decode. Absent fields are empty, zero or nullopt.
struct Event {
  EventType type = EventType::kCallStarted;
  int64_t time_ns = 0;
  std::optional<uint64_t> sequence;
  Hash128 id_hash;  // HashEventId(source, id)
  std::string_view source, id, subject, partner;

  // data, by meaning; the same field serves every type that has it
  std::string_view agent, team, queue, customer;
  std::string_view to_queue, to_agent, to_external, by_agent;
  std::string_view reason;  // contact reason (opening, *.updated); outreach reason; state reason
  std::string_view priority, tier, segment;
  std::string_view related_to;  // another interaction's id
  std::string_view into;        // ticket.merged, customer.merged
  std::string_view disposition;
  std::string_view name, stage_name, topic;  // touchpoint name and stage, feedback topic
  std::string_view survey_kind, currency, outcome_kind;
  std::string_view site, feedback_source, interaction;
  Cause cause = Cause::kNone;
  Direction direction = Direction::kNone;
  Channel channel = Channel::kNone;
  Party by = Party::kNone, author = Party::kNone, initiator = Party::kNone;
  Party created_by = Party::kNone;
  AbandonStage abandon_stage = AbandonStage::kNone;
  TransferKind transfer_kind = TransferKind::kNone;
  Visibility visibility = Visibility::kNone;
  TicketStatus status = TicketStatus::kNone;
  Relation relation = Relation::kNone;
  Presence presence = Presence::kNone;
  Outcome outcome = Outcome::kNone;
  SelfService self_service = SelfService::kNone;
  SelfServiceResult self_service_result = SelfServiceResult::kNone;
  std::optional<bool> resolved;
  bool automated = false;
  bool repeated_info = false;
  bool bot = false;        // chat.started: a bot holds it (data.bot is true or a name)
  bool is_final = false;   // source.heartbeat
  std::optional<int64_t> complete_until_ns;  // source.heartbeat
  std::optional<double> score, scale, sentiment, value;

  EventTime time() const;  // floored to the millisecond
  OrderKey order() const;
};

// The interaction's kind that the type speaks about; nullopt for agent.*, customer.* and so on.
std::optional<Kind> KindOf(EventType type);

// Why an event cannot be read: the closed set of dead-letter reasons (label `why`).
enum class RejectReason : uint8_t {
  kTruncated,           // JSON ends early, or the value is empty
  kMalformedJson,       // not JSON
  kTooLarge,            // more bytes than the configured bound (default 1 MiB)
  kTooDeep,             // nested deeper than 32
  kDuplicateKey,        // an object has one key twice
  kInvalidUtf8,
  kNotCloudEvent,       // neither a structured CloudEvent nor ce_ headers
  kUnknownSpecVersion,  // specversion is not 1.0
  kMissingField,
  kWrongType,           // a field has another JSON type than the contract says
  kBadValue,            // a text outside its closed set, an empty id, a text over its bound
  kBadTime,             // not RFC 3339, or a time outside 1970..2199
  kBadNumber,           // outside its range (score, sentiment, sequence)
  kKeyMismatch,         // the Kafka key is not the subject
  kPartnerNotAllowed,   // claims a partner that the topic's configuration does not allow
};
inline constexpr size_t kRejectReasonCount = 15;
std::string_view Name(RejectReason reason);
template <>
std::optional<RejectReason> ParseEnum<RejectReason>(std::string_view text);

// What became of a consumed record; consumed = the sum of these, always.
enum class ApplyResult : uint8_t {
  kApplied,
  kDuplicate,
  kIgnoredUnknownType,
  kIgnoredTooLate,
  kIgnoredErased,
  kIgnoredOtherStage,  // a known type that this topic's stage has no use for
  kRejected,
};

// Bounds of texts, in bytes. Longer is RejectReason::kBadValue.
inline constexpr size_t kMaxIdBytes = 256;     // id, subject, customer, agent, source (1024)
inline constexpr size_t kMaxLabelBytes = 128;  // queue, team, priority, tier, segment, partner...

}  // namespace touchline::domain
