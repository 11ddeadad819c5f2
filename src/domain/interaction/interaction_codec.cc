#include "domain/interaction/interaction.h"

// A contact's record and the chunks of its log: docs/state_format.md.

namespace touchline::domain {

void Interaction::EncodeRecord(RecordWriter* out) const {
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
  out->Varint(log_.chunks());
  out->Varint(log_.tail_size());
  out->Raw(log_.tail());
}

bool Interaction::DecodeRecord(ByteReader* in, StoredLog* stored) {
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
  stored->chunks = in->Varint();
  stored->tail_entries = in->Varint();
  stored->tail = in->rest();
  return in->ok();
}

}  // namespace touchline::domain
