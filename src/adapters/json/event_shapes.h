#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/envelope.h"
#include "adapters/json/event_contract.h"
#include "adapters/json/quote_map.h"

namespace touchline::json {

// A field of `data` and the text, true or false that an event gives it.
struct FieldValue {
  const Field* field = nullptr;
  uint8_t key = kNoKey;  // a KeyIndex
  bool is_text = true;
  bool flag = false;      // if not is_text
  std::string_view text;  // if is_text
};

// The fields of one event, in the order of its bytes.
class FieldValues {
 public:
  void Clear() { count_ = 0; }
  void Add(const FieldValue& value) { values_[count_++] = value; }
  const FieldValue* begin() const { return values_.data(); }
  const FieldValue* end() const { return values_.data() + count_; }

 private:
  std::array<FieldValue, TypeRules::kMaxUses> values_;
  size_t count_ = 0;
};

// The shapes of the events of a feed. A producer writes the events of one type with the same keys
// in the same order, so that all bytes of one but the texts between the quotes are those of the one
// before. What has the bytes of a sound event around texts that need no reading is sound as well,
// and its texts stand where those of the other stood: no parser needs to look.
//
// The texts may differ, and so may the type; true, false and null belong to the shape. An event
// with a number, an escape, a control character, a value within a value of `data`, or a field
// before its type has none, nor one with more than kMaxParts texts, or kMaxBytes around them, or
// QuoteMap::kMostBytes in all.
// Bounded, whatever the events are: kMaxShapes take 4 MiB at most.
class EventShapes {
 public:
  static constexpr size_t kMaxHeads = 8;
  static constexpr size_t kMaxTails = 32;
  static constexpr size_t kMaxShapes = 1024;  // of all heads together
  static constexpr size_t kMaxParts = 40;
  static constexpr size_t kMaxBytes = 2048;

  // Whether the event is of a shape that was learnt. Then its attributes are in *envelope, of which
  // none was set, and its fields in *fields; nothing has been said yet of what the texts say.
  // Cost: each byte is looked at once, those around the texts twice; no allocation. The texts view
  // `event`.
  bool Read(std::string_view event, Envelope* envelope, FieldValues* fields);

  // Remembers the shape of an event that was found sound, if it has one. When there are as many as
  // may be, one in 64 takes the place of a rare one. No allocation for an event without a shape.
  // REQUIRES: `event` is sound JSON, in structured mode, of that type.
  void Learn(std::string_view event, domain::EventType type);

 private:
  // So many fixed bytes, and where the text goes that follows them, up to the next quote.
  struct Part {
    uint32_t size = 0;
    Attribute attribute = Attribute::kOther;  // kOther: a field, or nobody's business
    uint8_t key = kNoKey;
    const Field* field = nullptr;
  };
  // The fixed bytes of all parts in a row.
  struct Piece {
    std::string bytes;
    std::vector<Part> parts;
  };
  // After the type.
  struct Tail {
    Piece piece;
    std::string end;  // what follows the last text
    std::vector<FieldValue> flags;
  };
  using Tails = std::vector<std::unique_ptr<Tail>>;
  // Up to the type.
  struct Head {
    Piece piece;
    std::array<Tails, domain::kEventTypeCount> tails_by_type;
  };
  class Scan;
  template <class Take>
  const char* Follow(const Piece& piece, std::string_view event, const char* at, Take take) const;
  const char* ReadHead(const Head& head, std::string_view event, Envelope* envelope) const;
  bool ReadTail(const Tail& tail, std::string_view event, const char* at, Envelope* envelope,
                FieldValues* fields) const;
  Tails* TailsOf(const Piece& head, domain::EventType type);
  bool MayReplace();

  std::vector<Head> heads_;
  size_t shapes_ = 0;
  size_t last_head_ = 0;
  size_t oldest_head_ = 0;
  uint64_t not_learnt_ = 0;
  QuoteMap quotes_;  // of the event that is read
  // Of the event that is learnt: kept for their memory.
  Piece scanned_head_;
  Tail scanned_tail_;
};

}  // namespace touchline::json
