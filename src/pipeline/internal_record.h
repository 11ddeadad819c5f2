#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/time.h"
#include "domain/contact_fact.h"

namespace touchline::pipeline {

// What travels to the journeys: facts, a watermark, or that a customer is to be forgotten, with the
// task that sent it and its place among all that the task sends. A reader's dedupe memory is the
// highest sequence per task.
enum class InternalKind : uint8_t { kContactFacts = 1, kWatermark = 2, kForgotten = 3 };

struct InternalHead {
  std::string_view upstream;  // "topic/partition"
  uint64_t sequence = 0;      // of facts that of the last; each has its own
  InternalKind kind = InternalKind::kWatermark;
};
struct InternalRecord : InternalHead {
  std::string_view body;
};

// The sender's promise: nothing that happened before `watermark` will change any more because of
// time passing; late events apart. `is_final`: nothing at all is to come.
struct WatermarkNote {
  EventTime watermark;
  bool is_final = false;
};

// A customer's key, with his name: what he did up to `until` is to be a pseudonym's.
struct ForgottenCustomer {
  std::string_view key;
  EventTime until;
};

inline constexpr uint8_t kInternalVersion = 2;

// What stands before the body.
inline void EncodeInternalHead(const InternalHead& head, ByteWriter* out) {
  out->U8(kInternalVersion);
  out->U8(static_cast<uint8_t>(head.kind));
  out->String(head.upstream);
  out->Varint(head.sequence);
}

// False if the bytes are none of ours.
inline bool DecodeInternal(std::string_view bytes, InternalRecord* record) {
  ByteReader in(bytes);
  if (in.U8() != kInternalVersion) return false;
  const uint8_t kind = in.U8();
  record->kind = static_cast<InternalKind>(kind);
  record->upstream = in.String();
  record->sequence = in.Varint();
  record->body = in.rest();
  return in.ok() && kind >= static_cast<uint8_t>(InternalKind::kContactFacts) &&
         kind <= static_cast<uint8_t>(InternalKind::kForgotten);
}

// One of the facts of a record, with the key of the customer that it is about.
struct KeyedFact {
  std::string_view key;
  domain::ContactFact fact;
};

// The body is the number of facts, and then of each its key and its bytes. Replaces *facts; false
// if the bytes are none of ours.
inline bool DecodeFacts(std::string_view body, std::vector<KeyedFact>* facts) {
  facts->clear();
  ByteReader in(body);
  for (uint64_t n = in.Varint(); n > 0; --n) {
    KeyedFact& one = facts->emplace_back();
    one.key = in.String();
    if (!one.fact.Decode(&in)) return false;
  }
  return in.ok() && in.empty() && !facts->empty();
}

inline void EncodeWatermark(const WatermarkNote& note, ByteWriter* out) {
  out->Time(note.watermark);
  out->Bool(note.is_final);
}

inline bool DecodeWatermark(std::string_view bytes, WatermarkNote* note) {
  ByteReader in(bytes);
  note->watermark = in.Time();
  note->is_final = in.Bool();
  return in.ok();
}

inline void EncodeForgotten(const ForgottenCustomer& forgotten, ByteWriter* out) {
  out->String(forgotten.key);
  out->Time(forgotten.until);
}

inline bool DecodeForgotten(std::string_view bytes, ForgottenCustomer* forgotten) {
  ByteReader in(bytes);
  forgotten->key = in.String();
  forgotten->until = in.Time();
  return in.ok() && in.empty();
}

}  // namespace touchline::pipeline
