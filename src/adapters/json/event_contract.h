#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "domain/event.h"

namespace touchline::json {

// The contract as one table: which fields of `data` each type has, their shape and their bounds.
// The decoder, the encoder and the tests of docs/events read the same table.

// The JSON form of a field.
enum class Shape : uint8_t {
  kName,      // a text of 1..max_bytes bytes; empty is refused
  kLabel,     // a text of 0..max_bytes bytes; empty is as absent, so it is never required
  kOneOf,     // a text of a closed set
  kFlag,      // true or false
  kNumber,    // a finite number within [min, max]
  kTime,      // RFC 3339
  kBot,       // true, false, or the bot's name
  kCounts,    // an object of whole numbers from 0; checked, not kept
  kTextList,  // an array of texts; checked, not kept
};

// A closed set, or a part of one. Bit v of `allowed` is the value v of the domain's enum.
struct ClosedSet {
  // Stores the value; false for a text outside `allowed`.
  bool (*assign)(std::string_view text, uint32_t allowed, domain::Event* event) = nullptr;
  std::string_view (*get)(const domain::Event& event) = nullptr;  // empty when absent
  std::string_view (*text)(uint32_t value) = nullptr;             // of a value in `allowed`
  uint32_t allowed = 0;
};

// One meaning of one key of `data`. Different types may give one key different meanings
// (`reason`, `channel`, `kind`, `stage`, `by`).
struct Field {
  std::string_view key;
  Shape shape = Shape::kLabel;
  std::string_view domain::Event::*text = nullptr;  // kName, kLabel
  size_t max_bytes = 0;
  ClosedSet set;
  bool domain::Event::*flag = nullptr;                       // kFlag, kBot
  std::optional<bool> domain::Event::*maybe_flag = nullptr;  // kFlag where unknown is a value
  std::optional<double> domain::Event::*number = nullptr;    // kNumber
  double min = 0;
  double max = 0;
  std::optional<int64_t> domain::Event::*time_ns = nullptr;  // kTime
};

// Index into the list of all keys of `data`; at most 64, so that a set of keys is one word.
using KeyIndex = size_t;
inline constexpr KeyIndex kNoKey = 0xFF;
// The key's index; kNoKey for a key that no type has.
KeyIndex FindKey(std::string_view key);
std::string_view KeyText(KeyIndex key);

struct FieldUse {
  const Field* field = nullptr;
  KeyIndex key = kNoKey;
  bool required = false;
};

// What `data` of one type may carry.
struct TypeRules {
  static constexpr size_t kMaxUses = 16;
  static constexpr uint8_t kNotUsed = 0xFF;

  std::array<FieldUse, kMaxUses> use;  // the first `count`, in the order of DESIGN section 2
  size_t count = 0;
  uint64_t required = 0;  // bit k: the key k must be there
  uint64_t one_of = 0;    // if not 0: at least one of these keys must be there
  std::array<uint8_t, 64> use_of_key{};

  std::span<const FieldUse> uses() const { return {use.data(), count}; }
  // The field that the key means for this type; nullptr when the type has no such key.
  const Field* ForKey(KeyIndex key) const {
    const uint8_t at = use_of_key[key];
    return at == kNotUsed ? nullptr : use[at].field;
  }
};

// Cost: O(1). Valid for the life of the process.
const TypeRules& RulesFor(domain::EventType type);

// As domain::ParseEventType, without hashing the whole text.
std::optional<domain::EventType> FindEventType(std::string_view name);

// Numbers outside are RejectReason::kBadNumber. A scale is above zero, and |score| <= scale.
inline constexpr double kMaxScore = 1000;
inline constexpr double kMaxMoney = 1e12;  // cents are still exact in a double
inline constexpr size_t kMaxSourceBytes = 1024;
// Times before it are representable; 2200-01-01T00:00:00Z is the first that is not.
inline constexpr int64_t kEndOfTimeNs = 7'258'118'400'000'000'000;

}  // namespace touchline::json
