#include "pipeline/journey_sender.h"

#include <utility>

#include "pipeline/customer_key.h"

namespace touchline::pipeline {
namespace {

// Some 25 facts. A poll takes thousands of records, and a reader is not to be kept by it for long.
constexpr size_t kFullBundle = 4096;

}  // namespace

JourneySender::JourneySender(Options options, Outbox* outbox)
    : options_(std::move(options)),
      outbox_(*outbox),
      bundles_(static_cast<size_t>(options_.partitions)) {}

void JourneySender::Add(const domain::ContactFact& fact) {
  AssignKey(fact);
  const int32_t partition = PartitionOfJourneys(key_, options_.partitions);
  Bundle& bundle = bundles_[static_cast<size_t>(partition)];
  ByteWriter(&bundle.bytes).String(key_);
  fact.AppendTo(&bundle.bytes);
  ++bundle.facts;
  ++pending_;
  if (bundle.bytes.size() >= kFullBundle) Flush(partition);
}

// Tasks are sealed one after the other, and may be many, and so may the partitions: each returns
// the room that it took.
void JourneySender::Flush() {
  for (int32_t p = 0; p < options_.partitions && pending_ > 0; ++p) Flush(p);
  for (Bundle& bundle : bundles_) std::string().swap(bundle.bytes);
}

// A sequence for each fact: the record's own is that of the last.
void JourneySender::Flush(int32_t partition) {
  Bundle& bundle = bundles_[static_cast<size_t>(partition)];
  if (bundle.facts == 0) return;
  payload_.clear();
  ByteWriter out(&payload_);
  EncodeInternalHead({.upstream = options_.upstream,
                      .sequence = outbox_.next_sequence() + bundle.facts - 1,
                      .kind = InternalKind::kContactFacts},
                     &out);
  out.Varint(bundle.facts);
  out.Raw(bundle.bytes);
  outbox_.Add({.topic = options_.topic, .partition = partition, .key = {}, .payload = payload_,
               .headers = {}},
              bundle.facts);
  pending_ -= std::exchange(bundle.facts, 0);
  bundle.bytes.clear();
}

void JourneySender::Send(const WatermarkNote& note) {
  Flush();
  for (int32_t p = 0; p < options_.partitions; ++p) {
    payload_.clear();
    ByteWriter out(&payload_);
    EncodeInternalHead({.upstream = options_.upstream, .sequence = outbox_.next_sequence(),
                        .kind = InternalKind::kWatermark},
                       &out);
    EncodeWatermark(note, &out);
    outbox_.Add({.topic = options_.topic, .partition = p, .key = {}, .payload = payload_,
                 .headers = {}});
  }
}

void JourneySender::SendForgotten(std::string_view key, EventTime until) {
  const int32_t partition = PartitionOfJourneys(key, options_.partitions);
  Flush(partition);
  payload_.clear();
  ByteWriter out(&payload_);
  EncodeInternalHead({.upstream = options_.upstream, .sequence = outbox_.next_sequence(),
                      .kind = InternalKind::kForgotten},
                     &out);
  EncodeForgotten({.key = key, .until = until}, &out);
  outbox_.Add({.topic = options_.topic, .partition = partition, .key = {}, .payload = payload_,
               .headers = {}});
}

// Where a fact goes: the customer, or the contact itself while he is unknown.
void JourneySender::AssignKey(const domain::ContactFact& fact) {
  if (fact.customer.empty()) {
    AssignStrangerKey(options_.name_space, fact.kind, fact.id, &key_);
  } else {
    AssignCustomerKey(options_.name_space, fact.customer, &key_);
  }
}

}  // namespace touchline::pipeline
