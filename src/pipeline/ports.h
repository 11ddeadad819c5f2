#pragma once

// The ports: what the pipeline needs from the world. Adapters implement them; the single-threaded
// simulation implements them all in memory. One contract suite per port runs against both.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "pipeline/record_headers.h"
#include "pipeline/sealed_batch.h"

namespace touchline::pipeline {

// A position in a partition. Never negative once known.
using Offset = int64_t;

// One partition of one topic, as the process sees it: an index into the list given at assignment.
using InputIndex = uint32_t;

// One record as it came. Views are valid until the source's next Poll.
// Adapters guarantee `payload` can be read 64 bytes past its end only if payload_padded.
struct SourceRecord {
  InputIndex input = 0;
  Offset offset = 0;
  std::string_view key;
  std::string_view payload;
  RecordHeaders headers;
};

// Proof that a partition had ended: the broker, asked at `asked_at`, answered that the next offset
// to be written is `end_offset`.
struct EndProof {
  InputIndex input = 0;
  Offset end_offset = 0;
  WallTime asked_at;
};

// The partitions handed to one worker. Used by that worker's thread only.
class Source {
 public:
  virtual ~Source() = default;
  // Up to a few thousand records, in offset order per input, waiting at most `max_wait` for the
  // first. Empty is normal. kFatal: an offset that retention has passed, a lost topic.
  // kTransient: the broker is away; try again.
  virtual Result<std::span<const SourceRecord>> Poll(Duration max_wait) = 0;
  // The newest proofs since the last call, at most one per input.
  virtual std::span<const EndProof> TakeEndProofs() = 0;
  // Stops and resumes fetching; records already fetched may still come.
  virtual void Pause(bool paused) = 0;
  // Tells the broker how far we are; for lag tools only, never read back.
  virtual void ReportProgress(InputIndex input, Offset next) = 0;
};

// Where sealed batches become durable.
class Committer {
 public:
  virtual ~Committer() = default;
  // Makes the batch durable, all or nothing, lets go of it, and then calls `done` (from any thread)
  // exactly once.
  // Batches become durable in the order of submission. A failure is kFatal: nothing may go on.
  virtual void Submit(std::shared_ptr<const SealedBatch> batch,
                      std::function<void(Status)> done) = 0;
};

// Durable reads, for restoring and for what the cache has dropped. Sees every batch whose `done`
// has been called.
class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual Result<std::optional<std::string>> Get(std::string_view key) = 0;
  // Calls `visit` for every row with begin <= key < end in key order until it returns false.
  virtual Status Scan(std::string_view begin, std::string_view end,
                      const std::function<bool(std::string_view key, std::string_view value)>&
                          visit) = 0;
};

// Where rows can be read that belong together: whole batches, whatever is committed meanwhile.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  // What is durable now, as a reader of its own. It keeps what is overwritten on the disk, so it is
  // for one question, and must not outlive its source. Called from any thread.
  virtual Result<std::unique_ptr<StateReader>> Snapshot() = 0;
};

// Where outbox records go, after their commit.
struct OutboundRecord {
  std::string_view topic;
  int32_t partition = -1;  // -1: by the key, murmur2
  std::string_view key;
  std::string_view payload;
  std::span<const Header> headers;
};
class Sink {
 public:
  virtual ~Sink() = default;
  // Takes a copy of the record; false when its queue is full (try again later). Records to one
  // partition arrive in the order of Send, without gaps, at least once.
  // `ticket` comes back from TakeAcknowledged once the broker has the record.
  virtual Result<bool> Send(const OutboundRecord& record, uint64_t ticket) = 0;
  // Tickets acknowledged since the last call, in any order. kFatal: the producer is beyond repair
  // (rebuild from the last commit: stop, and start again).
  virtual Result<std::span<const uint64_t>> TakeAcknowledged() = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Now() const = 0;
  // For measuring how long something took; unrelated to Now, never goes back.
  virtual int64_t MonotonicNanos() const = 0;
};

// Reads the bytes of one record as an event of the contract.
struct DecodeError {
  domain::RejectReason reason = domain::RejectReason::kMalformedJson;
  std::string detail;  // for the dead letter: which field, what was expected
};
enum class DecodeStatus : uint8_t { kEvent, kUnknownType, kRejected };
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Fills *event (views stay valid until the next call) or *error. Never allocates for a good
  // event once warm. One decoder per thread.
  virtual DecodeStatus Decode(const SourceRecord& record, domain::Event* event,
                              DecodeError* error) = 0;
  // As Decode of a good event, but its views stay valid as long as the record does, so that it may
  // wait for its turn. False: only Decode can tell what the record is. Only for speed.
  virtual bool DecodeAhead(const SourceRecord& /*record*/, domain::Event* /*event*/) {
    return false;
  }
};

}  // namespace touchline::pipeline
