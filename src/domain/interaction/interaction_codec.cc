#include "domain/interaction/interaction.h"

// A contact's record and the chunks of its log: docs/state_format.md.

namespace touchline::domain {

void Interaction::EncodeRecord(ByteWriter* out) const {
  state_.Encode(out);
  out->Time(folded_watermark_);
  out->Time(skipped_timer_);
  out->Bool(tombstone_);
  out->Varint(fact_birth_);
  out->Varint(fact_revision_);
  out->Varint(fact_customer_);
  out->Fixed64(fact_digest_);
  out->Varint(customers_.size());
  for (const std::string& customer : customers_) out->String(customer);
  out->Bool(base_ != nullptr);
  if (base_) {
    base_->state.Encode(out);
    out->Signed(base_->until.time_ns);
    out->Varint(base_->until.sequence_plus);
    out->U8(base_->until.rank);
    out->Fixed64(base_->until.id.high);
    out->Fixed64(base_->until.id.low);
  }
  out->Bool(alerts_ != nullptr);
  if (alerts_) alerts_->Encode(out);
  const size_t chunks = log_.size() / kChunkEntries;
  out->Varint(chunks);
  out->Varint(log_.size() - chunks * kChunkEntries);
  int64_t previous = 0;
  for (size_t i = chunks * kChunkEntries; i < log_.size(); ++i) {
    log_[i].Encode(previous, out);
    previous = log_[i].time_ns;
  }
}

bool Interaction::DecodeRecord(ByteReader* in, size_t* chunks) {
  *this = Interaction();
  if (!state_.Decode(in)) return false;
  folded_watermark_ = in->Time();
  skipped_timer_ = in->Time();
  tombstone_ = in->Bool();
  fact_birth_ = in->Varint();
  fact_revision_ = in->Varint();
  fact_customer_ = static_cast<uint16_t>(in->Varint());
  fact_digest_ = in->Fixed64();
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) customers_.emplace_back(in->String());
  if (in->Bool()) {
    base_ = std::make_unique<Base>();
    base_->state.Decode(in);
    base_->until.time_ns = in->Signed();
    base_->until.sequence_plus = in->Varint();
    base_->until.rank = in->U8();
    base_->until.id.high = in->Fixed64();
    base_->until.id.low = in->Fixed64();
  }
  if (in->Bool()) {
    alerts_ = std::make_unique<AlertLog>();
    if (!alerts_->Decode(in)) return false;
  }
  *chunks = in->Varint();
  int64_t previous = 0;
  for (uint64_t n = in->Varint(); n > 0; --n) {
    LogEntry& entry = log_.emplace_back();
    if (!entry.Decode(previous, in)) return false;
    previous = entry.time_ns;
  }
  return in->ok();
}

std::string Interaction::EncodeChunk(size_t index) const {
  std::string bytes;
  ByteWriter out(&bytes);
  int64_t previous = 0;
  for (size_t i = index * kChunkEntries; i < (index + 1) * kChunkEntries; ++i) {
    log_[i].Encode(previous, &out);
    previous = log_[i].time_ns;
  }
  return bytes;
}

bool Interaction::DecodeChunk(std::string_view bytes) {
  ByteReader in(bytes);
  int64_t previous = 0;
  for (size_t i = 0; i < kChunkEntries; ++i) {
    LogEntry& entry = log_.emplace_back();
    if (!entry.Decode(previous, &in)) return false;
    previous = entry.time_ns;
  }
  return in.empty();
}

}  // namespace touchline::domain
