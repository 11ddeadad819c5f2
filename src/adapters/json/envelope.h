#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/json/rejection.h"
#include "domain/event.h"

namespace touchline::json {

// The attributes of a CloudEvent that mean something here; the order is that of the checks.
enum class Attribute : uint8_t {
  kSpecVersion, kId, kSource, kType, kTime, kSubject, kPartner, kSequence, kDataContentType,
  kData, kDataBase64,
};
inline constexpr size_t kAttributeCount = 11;
// nullopt for an extension that is nobody's business here.
std::optional<Attribute> FindAttribute(std::string_view name);
std::string_view AttributeName(Attribute attribute);

// The context attributes as texts, from either mode. Views into the record or the parsed document.
class Envelope {
 public:
  // `prefix` stands before a name in messages: "ce_" for headers.
  explicit Envelope(std::string_view prefix) : prefix_(prefix) {}

  // False if the attribute has been set before. A null in structured mode is marked, not set.
  bool Mark(Attribute attribute) {
    const auto bit = 1u << static_cast<unsigned>(attribute);
    if ((seen_ & bit) != 0) return false;
    seen_ |= bit;
    return true;
  }
  void Set(Attribute attribute, std::string_view text) {
    texts_[static_cast<size_t>(attribute)] = text;
    present_ |= 1u << static_cast<unsigned>(attribute);
  }
  // For a producer that writes `sequence` as a JSON integer.
  void SetSequence(uint64_t sequence) { sequence_ = sequence; }

  bool Has(Attribute a) const { return (present_ >> static_cast<unsigned>(a) & 1) != 0; }
  std::string_view Text(Attribute a) const { return texts_[static_cast<size_t>(a)]; }

  // Checks the attributes and fills the event's envelope and type. False: `reject` says why.
  // *known tells whether the type is one of the contract; for another one, time and subject may
  // be absent.
  bool Read(domain::Event* event, bool* known, Rejection reject) const;

 private:
  bool ReadText(Attribute attribute, size_t max_bytes, std::string_view* text,
                Rejection reject) const;
  bool ReadOptionalTexts(domain::Event* event, Rejection reject) const;
  bool ReadSequence(domain::Event* event, Rejection reject) const;
  bool Missing(Attribute attribute, Rejection reject) const;

  std::string_view prefix_;
  std::array<std::string_view, kAttributeCount> texts_;
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
