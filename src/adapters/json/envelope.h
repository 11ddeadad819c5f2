#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/json/key_table.h"
#include "adapters/json/rejection.h"
#include "base/rfc3339.h"
#include "domain/event.h"

namespace touchline::json {

// The attributes of a CloudEvent that mean something here; the order is that of the checks.
enum class Attribute : uint8_t {
  kSpecVersion,
  kId,
  kSource,
  kType,
  kTime,
  kSubject,
  kPartner,
  kSequence,
  kDataContentType,
  kData,
  kDataBase64,
  kOther = 0xFF,
};
inline constexpr size_t kAttributeCount = 11;
inline constexpr auto kAttributeNames = std::to_array<std::string_view>(
    {"specversion", "id", "source", "type", "time", "subject", "partner", "sequence",
     "datacontenttype", "data", "data_base64"});
static_assert(kAttributeNames.size() == kAttributeCount);
inline constexpr KeyTable<kAttributeCount, 6> kAttributes(kAttributeNames);
static_assert(kAttributes.kNone == static_cast<size_t>(Attribute::kOther));

// kOther for an extension that is nobody's business here.
inline Attribute FindAttribute(std::string_view name) {
  return static_cast<Attribute>(kAttributes.Find(name));
}
inline std::string_view AttributeName(Attribute attribute) {
  return kAttributeNames[static_cast<size_t>(attribute)];
}

// The context attributes as texts, from either mode. Views into the record or the parsed document.
class Envelope {
 public:
  // `prefix` stands before a name in messages: "ce_" for headers. `may_have_controls` is false when
  // it is known that no text has a control character; they are not looked for then. `times`: of
  // the envelopes before this one.
  Envelope(std::string_view prefix, bool may_have_controls, Rfc3339Reader* times)
      : prefix_(prefix), may_have_controls_(may_have_controls), times_(*times) {}

  // False if the attribute has been set before. A null in structured mode is marked, not set.
  bool Mark(Attribute attribute) {
    const auto bit = 1u << static_cast<unsigned>(attribute);
    if ((seen_ & bit) != 0) return false;
    seen_ |= bit;
    return true;
  }
  void Set(Attribute attribute, std::string_view text) {
    texts_[static_cast<size_t>(attribute)] = {.data = text.data(), .size = text.size()};
    present_ |= 1u << static_cast<unsigned>(attribute);
  }
  // One bit for each attribute that was set.
  using Mask = uint32_t;
  Mask present() const { return present_; }
  // Forgets the others.
  void KeepOnly(Mask attributes) { present_ &= attributes; }
  // The attribute `type` is known to name this one.
  void SetType(domain::EventType type) { type_ = type; }
  // For a producer that writes `sequence` as a JSON integer.
  void SetSequence(uint64_t sequence) { sequence_ = sequence; }

  bool Has(Attribute a) const { return (present_ >> static_cast<unsigned>(a) & 1) != 0; }
  // REQUIRES: Has(a).
  std::string_view Text(Attribute a) const {
    const Span& span = texts_[static_cast<size_t>(a)];
    return {span.data, span.size};
  }

  // Checks the attributes and fills the event's envelope and type. False: `reject` says why.
  // *known tells whether the type is one of the contract; for another one, time and subject may
  // be absent.
  bool Read(domain::Event* event, bool* known, Rejection reject) const;

 private:
  bool ReadText(Attribute attribute, size_t max_bytes, std::string_view* text,
                Rejection reject) const {
    *text = Text(attribute);
    if (!text->empty() && text->size() <= max_bytes && !may_have_controls_) return true;
    return CheckText(attribute, max_bytes, *text, reject);
  }
  bool CheckText(Attribute attribute, size_t max_bytes, std::string_view text,
                 Rejection reject) const;
  bool ReadOptionalTexts(domain::Event* event, Rejection reject) const;
  bool ReadSequence(domain::Event* event, Rejection reject) const;
  bool Missing(Attribute attribute, Rejection reject) const;

  // Without initialisers: one is made for every event, and `present_` tells what to read.
  struct Span {
    const char* data;
    size_t size;
  };

  std::string_view prefix_;
  bool may_have_controls_;
  Rfc3339Reader& times_;
  std::array<Span, kAttributeCount> texts_;
  std::optional<domain::EventType> type_;
  std::optional<uint64_t> sequence_;
  uint32_t seen_ = 0;
  uint32_t present_ = 0;
};

// True for application/json, anything that ends in +json, with or without parameters.
bool IsJsonContentType(std::string_view text);

// The first `prefix.size()` characters of `text` are `prefix`, where ASCII letters may differ in
// case. REQUIRES: prefix is in lower case.
bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix);

}  // namespace touchline::json
