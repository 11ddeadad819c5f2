#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/codec.h"
#include "base/hash.h"
#include "base/time.h"

namespace touchline::pipeline {

// What every process is to know, and travels on the compacted control topic, which each reads
// whole: that a customer (HashOfCustomer of his key) is to be forgotten, with all contacts that
// began at or before that instant. His name is not in it.
struct ForgottenNote {
  Hash128 customer;
  EventTime until;
  bool operator==(const ForgottenNote&) const = default;
};

inline constexpr uint8_t kControlVersion = 1;
inline constexpr uint8_t kForgottenKind = 1;

// The record's value. Its key is the same bytes: what says the same may be compacted into one.
inline std::string EncodeNote(const ForgottenNote& note) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.U8(kControlVersion);
  out.U8(kForgottenKind);
  out.Fixed64(note.customer.high);
  out.Fixed64(note.customer.low);
  out.Time(note.until);
  return bytes;
}

// nullopt if the bytes are none of ours.
inline std::optional<ForgottenNote> DecodeNote(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.U8() != kControlVersion || in.U8() != kForgottenKind) return std::nullopt;
  ForgottenNote note;
  note.customer.high = in.Fixed64();
  note.customer.low = in.Fixed64();
  note.until = in.Time();
  return in.ok() && in.empty() ? std::optional(note) : std::nullopt;
}

}  // namespace touchline::pipeline
