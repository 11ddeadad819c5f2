#include "adapters/json/envelope.h"

#include <cstring>
#include <string>

#include "adapters/json/data_reader.h"
#include "adapters/json/event_contract.h"

namespace touchline::json {
namespace {

using domain::RejectReason;

constexpr size_t kMaxSequenceDigits = 20;  // those of the largest 64-bit number

// CloudEvents forbids control characters in attributes. Eight bytes at a time: a byte below 0x20
// borrows into its top bit, and a byte that is 0x7F becomes zero by the exclusive or. The top bits
// of `found` tell; a borrow from a neighbour only adds to a word in which there is one anyway.
uint64_t ControlBits(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t del = word ^ (kOnes * 0x7F);
  return ((word - kOnes * 0x20) & ~word) | ((del - kOnes) & ~del);
}

bool HasControlCharacter(std::string_view text) {
  constexpr uint64_t kTops = 0x8080808080808080;
  const size_t size = text.size();
  uint64_t found = 0;
  if (size >= 8) {
    uint64_t word = 0;
    for (size_t i = 0; i + 8 < size; i += 8) {
      std::memcpy(&word, text.data() + i, 8);
      found |= ControlBits(word);
    }
    std::memcpy(&word, text.data() + size - 8, 8);
    found |= ControlBits(word);
  } else {
    for (const char c : text) found |= ControlBits(0x2020202020202000 | static_cast<uint8_t>(c));
  }
  return (found & kTops) != 0;
}

// 1 to 20 digits, within 64 bits.
std::optional<uint64_t> ParseDigits(std::string_view text) {
  if (text.empty() || text.size() > kMaxSequenceDigits) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text.substr(0, kMaxSequenceDigits - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  if (text.size() < kMaxSequenceDigits) return value;
  // Only the twentieth digit can leave the range.
  const uint64_t last = static_cast<uint64_t>(text.back()) - '0';
  if (last > 9 || value > (UINT64_MAX - last) / 10) return std::nullopt;
  return value * 10 + last;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool Envelope::Missing(Attribute attribute, Rejection reject) const {
  return reject(RejectReason::kMissingField, {prefix_, AttributeName(attribute), ": missing"});
}

bool Envelope::CheckText(Attribute attribute, size_t max_bytes, std::string_view text,
                         Rejection reject) const {
  if (text.empty() || text.size() > max_bytes) {
    return reject(RejectReason::kBadValue,
                  {prefix_, AttributeName(attribute), ": expected a text of 1 to ",
                   std::to_string(max_bytes), " bytes"});
  }
  if (may_have_controls_ && HasControlCharacter(text)) {
    return reject(RejectReason::kBadValue,
                  {prefix_, AttributeName(attribute), ": expected no control characters"});
  }
  return true;
}

bool Envelope::ReadSequence(domain::Event* event, Rejection reject) const {
  event->sequence = sequence_;
  if (!Has(Attribute::kSequence)) return true;
  event->sequence = ParseDigits(Text(Attribute::kSequence));
  return event->sequence ||
         reject(RejectReason::kBadNumber,
                {prefix_, "sequence: expected 1 to 20 digits, at most 18446744073709551615"});
}

// What may be absent: if it is there, it is sound.
bool Envelope::ReadOptionalTexts(domain::Event* event, Rejection reject) const {
  if (Has(Attribute::kTime)) {
    const auto ns = ReadTime(Text(Attribute::kTime), &times_);
    if (!ns) {
      return reject(RejectReason::kBadTime,
                    {prefix_, "time: expected RFC 3339 with an offset, 1970 to 2199"});
    }
    event->time_ns = *ns;
  }
  if (Has(Attribute::kSubject) &&
      !ReadText(Attribute::kSubject, domain::kMaxIdBytes, &event->subject, reject)) {
    return false;
  }
  return !Has(Attribute::kPartner) ||
         ReadText(Attribute::kPartner, domain::kMaxLabelBytes, &event->partner, reject);
}

bool Envelope::Read(domain::Event* event, bool* known, Rejection reject) const {
  for (const Attribute a :
       {Attribute::kSpecVersion, Attribute::kId, Attribute::kSource, Attribute::kType}) {
    if (!Has(a)) return Missing(a, reject);
  }
  if (Text(Attribute::kSpecVersion) != "1.0") {
    return reject(RejectReason::kUnknownSpecVersion, {prefix_, "specversion: expected 1.0"});
  }
  std::string_view type;
  if (!ReadText(Attribute::kId, domain::kMaxIdBytes, &event->id, reject) ||
      !ReadText(Attribute::kSource, kMaxSourceBytes, &event->source, reject) ||
      !ReadText(Attribute::kType, domain::kMaxIdBytes, &type, reject) ||
      !ReadOptionalTexts(event, reject) || !ReadSequence(event, reject)) {
    return false;
  }
  const auto found = type_ ? type_ : FindEventType(type);
  *known = found.has_value();
  if (!found) return true;
  event->type = *found;
  if (!Has(Attribute::kTime)) return Missing(Attribute::kTime, reject);
  if (!Has(Attribute::kSubject) && *found != domain::EventType::kSourceHeartbeat) {
    return Missing(Attribute::kSubject, reject);
  }
  event->id_hash = HashEventId(event->source, event->id);
  return true;
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    if (Lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

bool IsJsonContentType(std::string_view text) {
  if (text == "application/json") return true;
  text = text.substr(0, text.find(';'));
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  constexpr std::string_view kJson = "application/json";
  if (text.size() == kJson.size() && StartsWithIgnoringCase(text, kJson)) return true;
  return text.size() > 5 && StartsWithIgnoringCase(text.substr(text.size() - 5), "+json");
}

}  // namespace touchline::json
