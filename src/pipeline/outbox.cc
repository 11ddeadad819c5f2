#include "pipeline/outbox.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"

namespace touchline::pipeline {
namespace {

void Encode(const OutboundRecord& record, std::string* bytes) {
  ByteWriter out(bytes);
  out.String(record.topic);
  out.Signed(record.partition);
  out.String(record.key);
  out.String(record.payload);
  out.Varint(record.headers.size());
  for (const Header& h : record.headers) {
    out.String(h.name);
    out.String(h.value);
  }
}

// The record's views are into what is read, its headers in *headers.
void Decode(ByteReader* in, OutboundRecord* record, std::vector<Header>* headers) {
  record->topic = in->String();
  record->partition = static_cast<int32_t>(in->Signed());
  record->key = in->String();
  record->payload = in->String();
  headers->clear();
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const std::string_view name = in->String();
    headers->push_back({.name = name, .value = in->String()});
  }
  record->headers = *headers;
}

}  // namespace

void Outbox::Add(const OutboundRecord& record, uint64_t sequences) {
  if (open_records_ == 0) open_first_ = next_;
  const size_t before = open_.size();
  Encode(record, &open_);
  bytes_ += open_.size() - before;
  ++open_records_;
  next_ += sequences;
  ++unacknowledged_;
}

void Outbox::Seal(SealedBatch* batch) {
  for (const uint64_t first : trimmed_) batch->Delete(SegmentKey(first));
  trimmed_.clear();
  if (open_records_ == 0) return;
  Segment& segment = segments_.emplace_back();
  segment.first = open_first_;
  segment.records = std::exchange(open_records_, 0);
  segment.bytes.reserve(open_.size() + kMaxVarintBytes);
  ByteWriter out(&segment.bytes);
  out.Varint(segment.records);
  segment.next = segment.bytes.size();
  out.Raw(open_);
  bytes_ += segment.bytes.size() - open_.size();
  // A burst's room is not kept for good.
  std::string().swap(open_);
  batch->Put(SegmentKey(segment.first), segment.bytes);
}

void Outbox::Durable() { durable_segments_ = segments_.size(); }

Status Outbox::Restore(uint64_t next, StateReader* reader) {
  next_ = std::max(next, uint64_t{1});
  const std::string prefix = TablePrefix(task_, Table::kOutbox);
  bool good = true;
  auto status = reader->Scan(prefix, PrefixEnd(prefix),
                             [&](std::string_view key, std::string_view value) {
                               Segment& segment = segments_.emplace_back();
                               ByteReader in(key.substr(prefix.size()));
                               segment.first = in.BigEndian64();
                               segment.bytes = value;
                               good = in.ok() && Open(&segment);
                               unacknowledged_ += segment.records;
                               bytes_ += segment.bytes.size();
                               return good;
                             });
  if (status && !good) {
    return Fatal("an outbox segment in the state is damaged", ExitCode::kStateUnreadable);
  }
  Durable();
  return status;
}

bool Outbox::Open(Segment* segment) {
  ByteReader in(segment->bytes);
  segment->records = in.Varint();
  segment->next = segment->bytes.size() - in.rest().size();
  OutboundRecord record;
  std::vector<Header> headers;
  for (size_t n = segment->records; n > 0 && in.ok(); --n) Decode(&in, &record, &headers);
  return in.ok() && in.empty();
}

Status Outbox::Send(uint64_t base, Sink* sink) {
  for (size_t i = 0; i < durable_segments_; ++i) {
    Segment& segment = segments_[i];
    const std::string_view bytes = segment.bytes;
    OutboundRecord record;
    for (; segment.sent < segment.records; ++segment.sent) {
      ByteReader in(bytes.substr(segment.next));
      Decode(&in, &record, &headers_);
      const auto taken = sink->Send(record, base + segment.first + segment.sent);
      if (!taken) return tl::unexpected(taken.error());
      if (!*taken) return {};
      segment.next = bytes.size() - in.rest().size();
    }
  }
  return {};
}

void Outbox::Acknowledge(uint64_t place) {
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), place,
      [](uint64_t p, const Segment& segment) { return p < segment.first; });
  if (after == segments_.begin()) return;
  ++std::prev(after)->acknowledged;
  --unacknowledged_;
  while (!segments_.empty() && segments_.front().acknowledged == segments_.front().records &&
         durable_segments_ > 0) {
    trimmed_.push_back(segments_.front().first);
    bytes_ -= segments_.front().bytes.size();
    segments_.pop_front();
    --durable_segments_;
  }
}

std::string Outbox::SegmentKey(uint64_t first) const {
  std::string key = TablePrefix(task_, Table::kOutbox);
  ByteWriter(&key).BigEndian64(first);
  return key;
}

}  // namespace touchline::pipeline
