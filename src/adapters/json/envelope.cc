#include "adapters/json/envelope.h"

#include <charconv>
#include <cstring>
#include <string>

#include "adapters/json/data_reader.h"
#include "adapters/json/event_contract.h"
#include "adapters/json/key_table.h"

namespace touchline::json {
namespace {

using domain::RejectReason;

constexpr auto kNames = std::to_array<std::string_view>(
    {"specversion", "id", "source", "type", "time", "subject", "partner", "sequence",
     "datacontenttype", "data", "data_base64"});
static_assert(kNames.size() == kAttributeCount);
constexpr KeyTable<kNames.size(), 6> kAttributes(kNames);

constexpr size_t kMaxSequenceDigits = 20;  // those of the largest 64-bit number

// CloudEvents forbids control characters in attributes. Eight bytes at a time: a byte below 0x20
// borrows into its top bit, and a byte that is 0x7F becomes zero by the exclusive or.
bool HasControlCharacter(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = 0x8080808080808080;
  uint64_t found = 0;
  size_t i = 0;
  const auto test = [&](uint64_t w) {
    const uint64_t del = w ^ (kOnes * 0x7F);
    found |= ((w - kOnes * 0x20) & ~w) | ((del - kOnes) & ~del);
  };
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t w = 0;
    std::memcpy(&w, text.data() + i, 8);
    test(w);
  }
  if (i < text.size()) {
    uint64_t w = kOnes * 0x20;
    std::memcpy(&w, text.data() + i, text.size() - i);
    test(w);
  }
  return (found & kTops) != 0;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<Attribute> FindAttribute(std::string_view name) {
  const size_t at = kAttributes.Find(name);
  if (at == kAttributes.kNone) return std::nullopt;
  return static_cast<Attribute>(at);
}

std::string_view AttributeName(Attribute attribute) {
  return kNames[static_cast<size_t>(attribute)];
}

bool Envelope::Missing(Attribute attribute, Rejection reject) const {
  return reject(RejectReason::kMissingField, {prefix_, AttributeName(attribute), ": missing"});
}

bool Envelope::ReadText(Attribute attribute, size_t max_bytes, std::string_view* text,
                        Rejection reject) const {
  *text = Text(attribute);
  if (text->empty() || text->size() > max_bytes) {
    return reject(RejectReason::kBadValue, {prefix_, AttributeName(attribute),
                                            ": expected a text of 1 to ",
                                            std::to_string(max_bytes), " bytes"});
  }
  if (HasControlCharacter(*text)) {
    return reject(RejectReason::kBadValue,
                  {prefix_, AttributeName(attribute), ": expected no control characters"});
  }
  return true;
}

bool Envelope::ReadSequence(domain::Event* event, Rejection reject) const {
  event->sequence = sequence_;
  if (!Has(Attribute::kSequence)) return true;
  const std::string_view digits = Text(Attribute::kSequence);
  const char* const end = digits.data() + digits.size();
  uint64_t value = 0;
  const auto [stop, fault] = std::from_chars(digits.data(), end, value);
  if (fault != std::errc() || stop != end || digits.size() > kMaxSequenceDigits) {
    return reject(RejectReason::kBadNumber,
                  {prefix_, "sequence: expected 1 to 20 digits, at most 18446744073709551615"});
  }
  event->sequence = value;
  return true;
}

// What may be absent: if it is there, it is sound.
bool Envelope::ReadOptionalTexts(domain::Event* event, Rejection reject) const {
  if (Has(Attribute::kTime)) {
    const auto ns = ReadTime(Text(Attribute::kTime));
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
  const auto found = FindEventType(type);
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
  text = text.substr(0, text.find(';'));
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  constexpr std::string_view kJson = "application/json";
  if (text.size() == kJson.size() && StartsWithIgnoringCase(text, kJson)) return true;
  return text.size() > 5 && StartsWithIgnoringCase(text.substr(text.size() - 5), "+json");
}

}  // namespace touchline::json
