#include "domain/event.h"

#include <algorithm>
#include <span>

#include "base/flat_map.h"

namespace touchline::domain {
namespace {

constexpr std::array<std::string_view, kEventTypeCount> kTypeNames = {
    "call.started",          "call.queued",          "call.left_queue",
    "call.ringing",          "call.missed",          "call.answered",
    "call.dialed",           "call.connected",       "call.not_connected",
    "call.held",             "call.resumed",         "call.consulted",
    "call.joined",           "call.left",            "call.transferred",
    "call.abandoned",        "call.ended",           "call.wrapped_up",
    "chat.started",          "chat.queued",          "chat.offered",
    "chat.missed",           "chat.left_queue",      "chat.abandoned",
    "chat.joined",           "chat.left",            "chat.message",
    "chat.transferred",      "chat.ended",           "chat.reopened",
    "chat.wrapped_up",       "ticket.created",       "ticket.message",
    "ticket.updated",        "ticket.work_started",  "ticket.work_ended",
    "ticket.merged",         "call.updated",         "chat.updated",
    "agent.state_changed",   "agent.updated",        "survey.sent",
    "survey.answered",       "feedback.received",    "customer.updated",
    "customer.merged",       "customer.touchpoint",  "selfservice.started",
    "selfservice.ended",     "outreach.sent",        "customer.outcome",
    "customer.forgotten",    "source.heartbeat",
};

// The texts of a closed set, by value; the first stands for "absent".
template <class Enum>
constexpr auto Texts();
#define TOUCHLINE_TEXTS(Enum, ...)                                   \
  template <>                                                        \
  constexpr auto Texts<Enum>() {                                     \
    return std::to_array<std::string_view>({__VA_ARGS__});           \
  }                                                                  \
  std::string_view NameOf(Enum v) {                                  \
    constexpr auto kTexts = Texts<Enum>();                           \
    return kTexts[static_cast<size_t>(v)];                           \
  }

TOUCHLINE_TEXTS(Kind, "call", "chat", "ticket")
TOUCHLINE_TEXTS(Channel, "", "voice", "web", "app", "whatsapp", "messenger", "sms", "email", "api",
                "social")
TOUCHLINE_TEXTS(Direction, "", "inbound", "outbound", "callback")
TOUCHLINE_TEXTS(Party, "", "customer", "agent", "bot", "system", "third_party")
TOUCHLINE_TEXTS(Cause, "", "callback", "voicemail", "overflow", "closed", "no_answer", "declined",
                "caller_hung_up", "busy", "wrong_number")
TOUCHLINE_TEXTS(AbandonStage, "", "ivr", "queue", "ringing")
TOUCHLINE_TEXTS(TransferKind, "", "warm", "blind")
TOUCHLINE_TEXTS(Visibility, "", "public", "internal")
TOUCHLINE_TEXTS(TicketStatus, "", "new", "open", "pending", "on_hold", "solved", "closed")
TOUCHLINE_TEXTS(Relation, "", "callback_of", "follow_up_of", "created_from", "voicemail_of",
                "consult_of")
TOUCHLINE_TEXTS(Presence, "", "available", "busy", "wrap_up", "away", "offline")
TOUCHLINE_TEXTS(Outcome, "", "ok", "failed")
TOUCHLINE_TEXTS(SelfService, "", "ivr", "bot", "knowledge_base", "portal")
TOUCHLINE_TEXTS(SelfServiceResult, "", "contained", "handed_off", "abandoned")
TOUCHLINE_TEXTS(RejectReason, "truncated", "malformed_json", "too_large", "too_deep",
                "duplicate_key", "invalid_utf8", "not_cloud_event", "unknown_spec_version",
                "missing_field", "wrong_type", "bad_value", "bad_time", "bad_number",
                "key_mismatch", "partner_not_allowed")
#undef TOUCHLINE_TEXTS

}  // namespace

std::string_view Name(EventType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<EventType> ParseEventType(std::string_view name) {
  static const auto* const kByName = [] {
    auto* map = new StringMap<EventType>();
    for (size_t i = 0; i < kTypeNames.size(); ++i) {
      map->emplace(std::string(kTypeNames[i]), static_cast<EventType>(i));
    }
    return map;
  }();
  const auto it = kByName->find(name);
  if (it == kByName->end()) return std::nullopt;
  return it->second;
}

#define TOUCHLINE_CLOSED_SET(Enum)                                                      \
  std::string_view Name(Enum v) { return NameOf(v); }                                   \
  template <>                                                                           \
  std::optional<Enum> ParseEnum<Enum>(std::string_view text) {                          \
    constexpr auto kTexts = Texts<Enum>();                                              \
    if (text.empty()) return std::nullopt;                                              \
    const auto it = std::find(kTexts.begin(), kTexts.end(), text);                      \
    if (it == kTexts.end()) return std::nullopt;                                        \
    return static_cast<Enum>(it - kTexts.begin());                                      \
  }
TOUCHLINE_CLOSED_SET(Kind)
TOUCHLINE_CLOSED_SET(Channel)
TOUCHLINE_CLOSED_SET(Direction)
TOUCHLINE_CLOSED_SET(Party)
TOUCHLINE_CLOSED_SET(Cause)
TOUCHLINE_CLOSED_SET(AbandonStage)
TOUCHLINE_CLOSED_SET(TransferKind)
TOUCHLINE_CLOSED_SET(Visibility)
TOUCHLINE_CLOSED_SET(TicketStatus)
TOUCHLINE_CLOSED_SET(Relation)
TOUCHLINE_CLOSED_SET(Presence)
TOUCHLINE_CLOSED_SET(Outcome)
TOUCHLINE_CLOSED_SET(SelfService)
TOUCHLINE_CLOSED_SET(SelfServiceResult)
TOUCHLINE_CLOSED_SET(RejectReason)
#undef TOUCHLINE_CLOSED_SET

EventTime OrderKey::time() const {
  return EventTime::FromMillis(time_ns / 1'000'000);  // times are never before 1970
}

EventTime Event::time() const { return order().time(); }

OrderKey Event::order() const {
  // The largest sequence shares its place with the one below it, so that "absent" has its own.
  const uint64_t seq = sequence.value_or(0);
  const uint64_t plus = sequence ? (seq == UINT64_MAX ? seq : seq + 1) : 0;
  return {.time_ns = time_ns, .sequence_plus = plus, .rank = static_cast<uint8_t>(type),
          .id = id_hash};
}

std::optional<Kind> KindOf(EventType type) {
  if (type <= EventType::kCallWrappedUp || type == EventType::kCallUpdated) return Kind::kCall;
  if (type <= EventType::kChatWrappedUp || type == EventType::kChatUpdated) return Kind::kChat;
  if (type <= EventType::kTicketMerged) return Kind::kTicket;
  return std::nullopt;
}

}  // namespace touchline::domain
