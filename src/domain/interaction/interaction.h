#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prefetch.h"
#include "domain/contact_fact.h"
#include "domain/contribution.h"
#include "domain/interaction/event_log.h"
#include "domain/interaction/fold.h"
#include "domain/interaction/log_entry.h"
#include "domain/interaction/state.h"
#include "domain/rule_book.h"
#include "domain/sla/alert.h"

namespace touchline::domain {

// What a fold depends on besides the events.
struct FoldContext {
  const RuleBook& rules;
  EventTime watermark = EventTime::Min();  // of the task; timers due before it fire
  EventTime highest = EventTime::Min();    // highest credible event time before this event
  // Only events before this may leave the log for the base: min(highest - skew, watermark).
  EventTime base_limit = EventTime::Min();
  // Up to when the source has sent everything; what falls due later is of a stale feed.
  EventTime complete_until = EventTime::Max();
};

// One step of a replay: an event was folded, or a timer fired, and this is what came of it.
struct ReplayStep {
  EventTime at;
  const LogEntry* entry = nullptr;  // nullptr: the timer
  Timer timer;
  const InteractionState& after;
  const Contributions& counted;  // by this step alone
};

// One call, chat or ticket: its event log, and the state folded from it.
//
// Everything shown of it is a function of (log, watermark, rules). An event in order is folded in
// place; one out of order is put into the log and all of it is folded again, once without and once
// with the event: what differs is the restatement. So nothing that was published needs to be kept.
//
// Bounds: the log holds at most RuleSet::max_log_entries (+1) entries; its older half then becomes
// a base state, and events at or before the base are too late. An interaction that ended longer
// ago than the retention keeps only that fact (a tombstone).
class Interaction {
 public:
  enum class Added : uint8_t { kApplied, kDuplicate, kTooLate };
  // Folds the entry, and first whatever the watermark lets fire. Appends to *out what changes in
  // the ledger, gauges included. Adds the number of corrected cells to *restated.
  // No allocation for an entry in order while the log's reserve lasts, unless it names another
  // customer, or more agents or queues than InteractionState has places for.
  Added Add(LogEntry entry, std::string_view customer, const FoldContext& context,
            Contributions* out, uint64_t* restated);
  // True if an event at this `highest` would find the contact forgotten, and begin a new one: take
  // its last facts first.
  bool ForgottenAt(const RuleBook& rules, EventTime highest) const;
  // Fires the timers that the watermark has passed.
  void Advance(const FoldContext& context, Contributions* out, uint64_t* restated);

  // True when only a tombstone is to be kept: min(watermark, highest) is past end + retention.
  bool Expired(const FoldContext& context) const;
  // Forgets all but the end. Take the last facts first.
  void BecomeTombstone();

  // Nothing happens before the watermark is past this instant; Max(): nothing ever does.
  EventTime NextWake(const RuleBook& rules) const;
  // True once min(watermark, highest) = `reached` is so far past the end that nothing may be kept.
  bool Forgotten(const RuleBook& rules, EventTime reached) const;
  // The open queue entry, for the gauge of the longest wait.
  struct Waiting {
    Scope scope;
    EventTime since;
    auto operator<=>(const Waiting&) const = default;
  };
  std::optional<Waiting> waiting() const;

  // Appends the facts that bring the journeys up to date: none when nothing they tell has changed
  // since the last call; two when the customer changed (withdrawn under the old key first). The
  // customer names the key. `id` is the interaction's own. Their texts are the contact's and the
  // table's: encode them before either changes.
  // `birth` becomes the contact's with its first fact: above every one given before by this task.
  void TakeFacts(std::string_view id, uint64_t birth, const SymbolTable& symbols,
                 std::vector<ContactFact>* out);

  // Appends the alerts that the clocks have had to give since the last call. REQUIRES: TakeFacts.
  void TakeAlerts(std::string_view id, const SymbolTable& symbols, std::vector<SlaAlert>* out);

  // Asks the processor for what the next event in order will touch beyond this object.
  void Prefetch() const {
    log_.Prefetch();
    PrefetchBytes(customers_.data(), customers_.empty() ? 0 : 1);
    PrefetchBytes(state_.clocks.data(), state_.clocks.size() * sizeof(SlaClock));
  }

  const InteractionState& state() const { return state_; }
  // Folds the log anew, as a late event would, with the watermark there, and shows each step. At
  // the watermark of the task the result is what state() would be there.
  // REQUIRES: not before the last watermark that it was folded with.
  InteractionState Replay(const RuleBook& rules, EventTime watermark,
                          const std::function<void(const ReplayStep&)>& visit) const;
  // What the log begins from, once it was too long to keep whole; nullptr: from nothing.
  const InteractionState* base() const { return base_ ? &base_->state : nullptr; }
  bool is_tombstone() const { return tombstone_; }
  // Of LogEntry::customer and InteractionState::customer; 0 is "".
  std::string_view customer(uint16_t number) const {
    return number == 0 ? std::string_view() : customers_[number - 1u];
  }
  // All that its events have named.
  const std::vector<std::string>& customers() const { return customers_; }
  // Calls rename(std::string*) for each of them. Numbers in log and state stay.
  template <class Rename>
  void RenameCustomers(Rename rename) {
    for (std::string& customer : customers_) rename(&customer);
  }
  size_t memory_bytes() const;

  // The log's full chunks are stored each under a key of its own, its tail with the state.
  // Appends the record to *record and calls put(index, bytes) for chunks that changed since the
  // last save, drop(index) for those that are no more.
  template <class Put, class Drop>
  void Save(ByteBuffer* record, Put put, Drop drop) {
    RecordWriter out(record);
    EncodeRecord(&out);
    const size_t chunks = log_.chunks();
    for (size_t i = clean_chunks_; i < chunks; ++i) put(static_cast<uint32_t>(i), log_.chunk(i));
    for (size_t i = chunks; i < stored_chunks_; ++i) drop(static_cast<uint32_t>(i));
    clean_chunks_ = stored_chunks_ = chunks;
  }
  // Reads a record; get(index) returns a chunk's bytes. False if anything is not as written.
  template <class Get>
  bool Load(std::string_view record, Get get) {
    ByteReader in(record);
    StoredLog stored;
    if (!DecodeRecord(&in, &stored)) return false;
    for (size_t i = 0; i < stored.chunks; ++i) {
      if (!log_.AppendRead(get(static_cast<uint32_t>(i)), EventLog::kChunkEntries)) return false;
    }
    clean_chunks_ = stored_chunks_ = stored.chunks;
    return log_.AppendRead(stored.tail, stored.tail_entries);
  }

 private:
  struct Base {
    InteractionState state;
    OrderKey until;  // the last event within
  };

  // NextTimer of state_, computed once after each change.
  const Timer& PendingTimer(const RuleBook& rules) const;
  // `timer` is NextTimer of state_ by these rules.
  void KeepTimer(Timer timer, const RuleBook& rules) const;
  uint16_t CustomerIndex(std::string_view customer);
  void Refold(const FoldContext& context, const LogEntry* extra, Contributions* out,
              uint64_t* restated);
  // Calls step(entry or nullptr, timer) after each event and timer.
  // Returns the earliest timer that was pending before an event that came after it: it belongs
  // there, but the watermark has not passed it yet. Max(): none.
  template <class Step>
  EventTime FoldAll(const RuleBook& rules, EventTime watermark, InteractionState* state,
                    Contributions* out, SlaNotices* notices, Step step) const;
  void Say(const SlaNotices& notices, const FoldContext& context);
  void SayAnew(const SlaNotices& before, const SlaNotices& after, const FoldContext& context);
  void Insert(const LogEntry& entry) {
    clean_chunks_ = std::min(clean_chunks_, log_.Insert(entry) / EventLog::kChunkEntries);
  }
  void CompactLog(const FoldContext& context);
  ContactFact Fact(std::string_view id, const SymbolTable& symbols) const;
  uint64_t FactDigest() const;
  void EncodeRecord(RecordWriter* out) const;
  // What a record says of the log.
  struct StoredLog {
    uint64_t chunks = 0;
    uint64_t tail_entries = 0;
    std::string_view tail;
  };
  bool DecodeRecord(ByteReader* in, StoredLog* stored);

  // What every event asks for comes first.
  EventTime folded_watermark_ = EventTime::Min();  // the watermark behind state_
  EventTime skipped_timer_ = EventTime::Max();  // as FoldAll returns it, for state_
  mutable Timer timer_;  // as it was last kept
  // The generation of the rules by which it was computed; 0: not known.
  mutable uint32_t timer_known_by_ = 0;
  bool tombstone_ = false;
  std::unique_ptr<Base> base_;
  std::unique_ptr<AlertLog> alerts_;  // nullptr: there never was one
  size_t clean_chunks_ = 0;           // leading chunks that are stored as they are
  std::vector<std::string> customers_;
  EventLog log_;
  InteractionState state_;

  // The fact last given out: the contact's birth, the revision (0: none was), the customer that
  // named its key, and a digest of its content (0: none was).
  uint64_t fact_birth_ = 0;
  uint64_t fact_revision_ = 0;
  uint16_t fact_customer_ = 0;
  uint64_t fact_digest_ = 0;

  size_t stored_chunks_ = 0;  // chunks that have keys in the store
};

}  // namespace touchline::domain
