#include "tests/json/random_event.h"

#include <array>
#include <tuple>
#include <vector>

#include "adapters/json/event_contract.h"

namespace touchline::json {
namespace {

using domain::Event;
using domain::EventType;

constexpr std::array<std::string_view, 14> kPieces = {
    "a", "7", "Z", " ", "-", "_", "/", ":", "\"", "\\", "é", "漢", "🙂", "</script>"};
constexpr std::array<std::string_view, 6> kControls = {"\n", "\t", "\x1f", "\x7f", "\r", "\b"};

template <class Member>
struct Named {
  std::string_view name;
  Member Event::*member;
};
template <class Member, size_t kCount>
std::string_view FirstDifference(const Named<Member> (&members)[kCount], const Event& a,
                                 const Event& b) {
  for (const auto& [name, member] : members) {
    if (a.*member != b.*member) return name;
  }
  return {};
}
#define TOUCHLINE_MEMBER(name) \
  { #name, &Event::name }

constexpr Named<std::string_view> kTexts[] = {
    TOUCHLINE_MEMBER(source),         TOUCHLINE_MEMBER(id),          TOUCHLINE_MEMBER(subject),
    TOUCHLINE_MEMBER(partner),        TOUCHLINE_MEMBER(agent),       TOUCHLINE_MEMBER(team),
    TOUCHLINE_MEMBER(queue),          TOUCHLINE_MEMBER(customer),    TOUCHLINE_MEMBER(to_queue),
    TOUCHLINE_MEMBER(to_agent),       TOUCHLINE_MEMBER(to_external), TOUCHLINE_MEMBER(by_agent),
    TOUCHLINE_MEMBER(reason),         TOUCHLINE_MEMBER(priority),    TOUCHLINE_MEMBER(tier),
    TOUCHLINE_MEMBER(segment),        TOUCHLINE_MEMBER(related_to),  TOUCHLINE_MEMBER(into),
    TOUCHLINE_MEMBER(disposition),    TOUCHLINE_MEMBER(name),        TOUCHLINE_MEMBER(stage_name),
    TOUCHLINE_MEMBER(topic),          TOUCHLINE_MEMBER(survey_kind), TOUCHLINE_MEMBER(currency),
    TOUCHLINE_MEMBER(outcome_kind),   TOUCHLINE_MEMBER(site),        TOUCHLINE_MEMBER(interaction),
    TOUCHLINE_MEMBER(feedback_source)};
constexpr Named<bool> kFlags[] = {TOUCHLINE_MEMBER(automated), TOUCHLINE_MEMBER(repeated_info),
                                  TOUCHLINE_MEMBER(bot), TOUCHLINE_MEMBER(is_final)};
constexpr Named<std::optional<double>> kNumbers[] = {
    TOUCHLINE_MEMBER(score), TOUCHLINE_MEMBER(scale), TOUCHLINE_MEMBER(sentiment),
    TOUCHLINE_MEMBER(value)};
constexpr Named<domain::Party> kParties[] = {TOUCHLINE_MEMBER(by), TOUCHLINE_MEMBER(author),
                                             TOUCHLINE_MEMBER(initiator),
                                             TOUCHLINE_MEMBER(created_by)};
#undef TOUCHLINE_MEMBER

auto ClosedValues(const Event& e) {
  return std::tie(e.type, e.cause, e.direction, e.channel, e.abandon_stage, e.transfer_kind,
                  e.visibility, e.status, e.relation, e.presence, e.outcome, e.self_service,
                  e.self_service_result, e.resolved);
}

}  // namespace

std::string_view Difference(const Event& a, const Event& b) {
  if (a.time_ns != b.time_ns) return "time_ns";
  if (a.sequence != b.sequence) return "sequence";
  if (a.id_hash != b.id_hash) return "id_hash";
  if (a.complete_until_ns != b.complete_until_ns) return "complete_until_ns";
  if (ClosedValues(a) != ClosedValues(b)) return "a closed set";
  for (const std::string_view name :
       {FirstDifference(kTexts, a, b), FirstDifference(kFlags, a, b),
        FirstDifference(kNumbers, a, b), FirstDifference(kParties, a, b)}) {
    if (!name.empty()) return name;
  }
  return {};
}

std::string_view RandomEvents::Text(size_t max_bytes, bool controls) {
  const size_t aim = OneIn(20) ? max_bytes : 1 + Below(std::min<size_t>(max_bytes, 24));
  std::string text;
  while (text.size() < aim) {
    const std::string_view piece =
        controls && OneIn(8) ? kControls[Below(kControls.size())] : kPieces[Below(kPieces.size())];
    text += text.size() + piece.size() <= max_bytes ? piece : "x";
  }
  return texts_.emplace_back(std::move(text));
}

void RandomEvents::FillEnvelope(Event* event) {
  event->source = Text(kMaxSourceBytes, false);
  event->id = Text(domain::kMaxIdBytes, false);
  event->subject = Text(domain::kMaxIdBytes, false);
  if (OneIn(2)) event->partner = Text(domain::kMaxLabelBytes, false);
  if (OneIn(2)) event->sequence = OneIn(8) ? UINT64_MAX : random_() >> Below(64);
  event->time_ns = static_cast<int64_t>(Below(static_cast<uint64_t>(kEndOfTimeNs)));
  if (OneIn(2)) event->time_ns -= event->time_ns % 1'000'000;
  event->id_hash = HashEventId(event->source, event->id);
}

void RandomEvents::FillData(Event* event) {
  const TypeRules& rules = RulesFor(event->type);
  const bool all = OneIn(4);
  for (const FieldUse& use : rules.uses()) {
    const Field& field = *use.field;
    const bool one_of = (rules.one_of >> use.key & 1) != 0;
    if (!use.required && !one_of && !all && OneIn(2)) continue;
    if (field.shape == Shape::kName || field.shape == Shape::kLabel) {
      const bool is_partner = field.text == &Event::partner;
      if (!is_partner || event->partner.empty()) {
        event->*field.text = Text(field.max_bytes, !is_partner);
      }
    } else if (field.shape == Shape::kOneOf) {
      std::vector<uint32_t> values;
      for (uint32_t v = 0; v < 32; ++v) {
        if ((field.set.allowed >> v & 1) != 0) values.push_back(v);
      }
      field.set.assign(field.set.text(values[Below(values.size())]), field.set.allowed, event);
    } else if (field.maybe_flag != nullptr) {
      event->*field.maybe_flag = OneIn(2);
    } else if (field.flag != nullptr) {
      event->*field.flag = OneIn(2);
    } else if (field.number != nullptr) {
      const double share = static_cast<double>(Below(1'000'001)) / 1e6;
      event->*field.number = field.min + (field.max - field.min) * share;
    } else if (field.time_ns != nullptr) {
      event->*field.time_ns = static_cast<int64_t>(Below(static_cast<uint64_t>(kEndOfTimeNs)));
    }
  }
  if (event->scale) event->scale = std::max(1.0, *event->scale);
  if (event->score && event->scale) event->score = std::min(*event->score, *event->scale);
  if (event->score && event->scale) event->score = std::max(*event->score, -*event->scale);
  if (rules.one_of != 0 && event->transfer_kind == domain::TransferKind::kNone) {
    event->transfer_kind = domain::TransferKind::kBlind;  // what an absent kind means
  }
}

Event RandomEvents::Next(EventType type) {
  texts_.clear();
  Event event;
  event.type = type;
  FillEnvelope(&event);
  FillData(&event);
  return event;
}

}  // namespace touchline::json
