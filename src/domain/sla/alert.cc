#include "domain/sla/alert.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "domain/field_codec.h"

namespace touchline::domain {
namespace {

constexpr char kSeparator = '\x1f';

void AppendHex(uint64_t v, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) *out += kDigits[(v >> shift) & 0xF];
}

template <class A, class N>
void VisitNotice(A& a, N& n) {
  a(n.kind);
  a(n.target);
  a(n.cycle);
  a(n.policy);
  a(n.at);
  a(n.due);
  a(n.budget);
  a(n.holder);
  a(n.labels.partner);
  a(n.labels.queue);
  a(n.labels.channel);
}

}  // namespace

std::string_view Name(SlaAlertKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"sla.at_risk", "sla.breached",
                                                      "sla.retracted"};
  return kNames[static_cast<size_t>(kind)];
}

std::string AlertId(std::string_view name_space, const SlaAlert& alert, uint64_t revision) {
  std::string clock(alert.policy);
  clock += kSeparator;
  clock += Name(alert.target);
  std::string which(name_space);
  which += kSeparator;
  which += Name(alert.contact);
  which += kSeparator;
  which += alert.id;
  which += kSeparator;
  which += std::to_string(alert.birth);
  which += kSeparator;
  which += std::to_string(alert.cycle);
  which += kSeparator;
  which += std::to_string(revision);
  const Hash128 hash = HashEventId(clock, which);
  std::string id;
  AppendHex(hash.high, &id);
  AppendHex(hash.low, &id);
  return id;
}

void AlertLog::Add(const SlaNotice& notice, bool is_stale) {
  const auto retraction = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) {
    return p.retracts != 0 && p.notice.IsSame(notice);
  });
  if (retraction == pending_.end()) {
    pending_.push_back({.notice = notice, .is_stale = is_stale});
    return;
  }
  said_.push_back({.notice = retraction->notice, .revision = retraction->retracts});
  pending_.erase(retraction);
}

void AlertLog::Retract(const SlaNotice& notice) {
  const auto unsaid = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) {
    return p.retracts == 0 && p.notice.IsSame(notice);
  });
  if (unsaid != pending_.end()) {
    pending_.erase(unsaid);
    return;
  }
  const auto said = std::find_if(said_.begin(), said_.end(),
                                 [&](const Said& s) { return s.notice.IsSame(notice); });
  if (said == said_.end()) return;
  pending_.push_back({.notice = said->notice, .retracts = said->revision});
  said_.erase(said);
}

void AlertLog::ForgetBefore(EventTime t) {
  std::erase_if(said_, [t](const Said& s) { return s.notice.at < t; });
}

void AlertLog::Encode(RecordWriter* out) const {
  out->Varint(revision_);
  out->Varint(said_.size());
  FieldWriter<RecordWriter> writer{*out};
  for (const Said& s : said_) {
    out->Varint(s.revision);
    VisitNotice(writer, s.notice);
  }
}

bool AlertLog::Decode(ByteReader* in) {
  revision_ = in->Varint();
  FieldReader reader{*in};
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    Said& s = said_.emplace_back();
    s.revision = in->Varint();
    VisitNotice(reader, s.notice);
  }
  return in->ok();
}

}  // namespace touchline::domain
