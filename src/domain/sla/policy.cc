#include "domain/sla/policy.h"

#include <algorithm>

namespace touchline::domain {
namespace {

constexpr std::array<std::string_view, kSlaTargets> kNames = {
    "answer",         "first_response", "next_response", "periodic_update",
    "requester_wait", "agent_work",     "resolution",
};
constexpr auto kLastKind = static_cast<uint8_t>(Kind::kTicket);
constexpr auto kLastChannel = static_cast<uint8_t>(Channel::kSocial);
constexpr int32_t kAllPermille = 1000;

void EncodeTexts(const std::vector<std::string>& texts, ByteWriter* out) {
  out->Varint(texts.size());
  for (const std::string& text : texts) out->String(text);
}

void DecodeTexts(ByteReader* in, std::vector<std::string>* texts) {
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) texts->emplace_back(in->String());
}

template <class Enum>
void EncodeEnums(const std::vector<Enum>& values, ByteWriter* out) {
  out->Varint(values.size());
  for (const Enum value : values) out->U8(static_cast<uint8_t>(value));
}

template <class Enum>
bool DecodeEnums(ByteReader* in, uint8_t last, std::vector<Enum>* values) {
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const uint8_t value = in->U8();
    if (value > last) return false;
    values->push_back(static_cast<Enum>(value));
  }
  return in->ok();
}

void EncodeDuration(std::optional<Duration> duration, ByteWriter* out) {
  out->Bool(duration.has_value());
  if (duration) out->Signed(duration->millis());
}

std::optional<Duration> DecodeDuration(ByteReader* in) {
  if (!in->Bool()) return std::nullopt;
  return Duration::Millis(in->Signed());
}

void EncodeMatch(const PolicyMatch& match, ByteWriter* out) {
  EncodeTexts(match.partners, out);
  EncodeTexts(match.queues, out);
  EncodeTexts(match.priorities, out);
  EncodeTexts(match.tiers, out);
  EncodeEnums(match.kinds, out);
  EncodeEnums(match.channels, out);
}

bool DecodeMatch(ByteReader* in, PolicyMatch* match) {
  DecodeTexts(in, &match->partners);
  DecodeTexts(in, &match->queues);
  DecodeTexts(in, &match->priorities);
  DecodeTexts(in, &match->tiers);
  return DecodeEnums(in, kLastKind, &match->kinds) &&
         DecodeEnums(in, kLastChannel, &match->channels);
}

void EncodeRule(const TargetRule& rule, ByteWriter* out) {
  EncodeDuration(rule.budget, out);
  out->Varint(rule.by_priority.size());
  for (const auto& [priority, budget] : rule.by_priority) {
    out->String(priority);
    out->Signed(budget.millis());
  }
  out->String(rule.calendar);
  out->U8(rule.pause);
  out->Signed(rule.at_risk_permille);
  EncodeDuration(rule.at_risk_lead, out);
}

bool DecodeRule(ByteReader* in, TargetRule* rule) {
  rule->budget = DecodeDuration(in);
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    std::string priority(in->String());
    rule->by_priority[std::move(priority)] = Duration::Millis(in->Signed());
  }
  rule->calendar = in->String();
  rule->pause = in->U8();
  const int64_t permille = in->Signed();
  if (permille < 0 || permille > kAllPermille) return false;
  rule->at_risk_permille = static_cast<int32_t>(permille);
  rule->at_risk_lead = DecodeDuration(in);
  return in->ok();
}

void EncodeVersion(const PolicyVersion& version, ByteWriter* out) {
  out->Time(version.effective_from);
  EncodeMatch(version.match, out);
  out->Varint(static_cast<uint64_t>(std::count_if(version.targets.begin(), version.targets.end(),
                                                  [](const auto& rule) { return !!rule; })));
  for (size_t i = 0; i < kSlaTargets; ++i) {
    if (!version.targets[i]) continue;
    out->U8(static_cast<uint8_t>(i));
    EncodeRule(*version.targets[i], out);
  }
}

bool DecodeVersion(ByteReader* in, PolicyVersion* version) {
  version->effective_from = in->Time();
  if (!DecodeMatch(in, &version->match)) return false;
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const uint8_t target = in->U8();
    if (target >= kSlaTargets) return false;
    if (!DecodeRule(in, &version->targets[target].emplace())) return false;
  }
  return in->ok();
}

}  // namespace

std::string_view Name(SlaTarget target) { return kNames[static_cast<size_t>(target)]; }

StatusSet DefaultPause(SlaTarget target) {
  switch (target) {
    case SlaTarget::kAnswer:
    case SlaTarget::kFirstResponse:
    case SlaTarget::kNextResponse:
      return 0;
    case SlaTarget::kPeriodicUpdate:
    case SlaTarget::kRequesterWait:
    case SlaTarget::kResolution:
      return BitOf(TicketStatus::kPending);
    case SlaTarget::kAgentWork:
      break;
  }
  return BitOf(TicketStatus::kPending) | BitOf(TicketStatus::kOnHold);
}

void Encode(const Policy& policy, ByteWriter* out) {
  out->String(policy.name);
  out->Varint(policy.versions.size());
  for (const PolicyVersion& version : policy.versions) EncodeVersion(version, out);
}

bool Decode(ByteReader* in, Policy* policy) {
  *policy = Policy();
  policy->name = in->String();
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    if (!DecodeVersion(in, &policy->versions.emplace_back())) return false;
  }
  return in->ok();
}

}  // namespace touchline::domain
