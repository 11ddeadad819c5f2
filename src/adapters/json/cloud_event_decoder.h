#pragma once

#include <cstddef>
#include <memory>

#include "domain/event.h"
#include "pipeline/ports.h"

namespace touchline::json {

// Reads CloudEvents 1.0 with JSON data from Kafka records: structured mode (the value is the whole
// event; header `content-type: application/cloudevents+json`, or no such header at all) and binary
// mode (attributes in `ce_` headers, the value is `data`).
//
// Strict: the whole value is validated, also what is not read. The first fault found decides the
// reason: size, then mode, JSON, the envelope, the key, `data`. kPartnerNotAllowed is not decided
// here, for it needs the topic's configuration.
//   - `subject` is required but for source.heartbeat; a record's key, when not empty, equals it.
//   - null is as absent. Fields that a type does not have are validated as JSON and skipped.
//   - An unknown type is kUnknownType once specversion, id, source and whatever else the envelope
//     carries are sound; its data may then be anything that is JSON.
//   - `data` may be absent only where the type requires nothing of it. An empty value of an event
//   of
//     the contract is kTruncated in both modes.
//   - *.transferred without `kind` is blind.
// docs/events/README.md tells the same to those who send.
//
// Cost: one pass, and none by the parser for an event of a known shape (EventShapes); no allocation
// for a good event once one of its size and shape has been seen. Keeps about 15 times the bytes of
// the largest record, rounded up to a power of two. Texts of the event view the decoder's buffer or
// the record.
class CloudEventDecoder final : public pipeline::Decoder {
 public:
  struct Options {
    size_t max_bytes = size_t{1} << 20;  // of the record's value; more is kTooLarge
    // Reads events whose bytes are, but for their texts, those of one before without the parser.
    // What comes out is the same.
    bool learn_shapes = true;
  };

  CloudEventDecoder();
  explicit CloudEventDecoder(Options options);
  ~CloudEventDecoder() override;

  pipeline::DecodeStatus Decode(const pipeline::SourceRecord& record, domain::Event* event,
                                pipeline::DecodeError* error) override;
  // Of an event of a known shape.
  bool DecodeAhead(const pipeline::SourceRecord& record, domain::Event* event) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace touchline::json
