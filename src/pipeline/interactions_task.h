#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "domain/interaction/interaction.h"
#include "pipeline/forgotten_customers.h"
#include "pipeline/journey_sender.h"
#include "pipeline/partner_policy.h"
#include "pipeline/sweep.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

struct InteractionsOptions {
  std::string name_space;
  PartnerPolicy partner;
  std::string contacts_topic;      // where facts go
  int32_t contacts_partitions = 8;
  std::string alerts_topic;
  std::string control_topic;       // where others hear of customers who are to be forgotten
  // A walk over all contacts visits so many (> 0) whenever timers have fired. The default is some
  // ten milliseconds' work: nobody waits for it.
  size_t swept_at_once = 1024;
};

// The stage that folds calls, chats and tickets: one partition of a partner topic.
class InteractionsTask final : public Task {
 public:
  // `decoder` serves this worker's thread and outlives the task.
  InteractionsTask(TaskOptions options, InteractionsOptions stage, TaskEnvironment environment,
                   Decoder* decoder);

  // News of the watermark wait for their turn (at most once a second), and are then a change.
  bool has_changes(WallTime now) const override {
    return Task::has_changes(now) || NoteIsDue(now);
  }
  bool is_sweeping() const override { return sweep_.is_on(); }
  void Foresee(std::string_view key, Hint* hint) const override { state_.Foresee(key, hint); }
  void Expect(Hint* hint) const override { state_.Expect(hint); }
  void ExpectSoon(const Hint& hint) const override { state_.ExpectSoon(hint); }
  // Decoding some events in a row, and then folding them, keeps the code of either at hand.
  void ReadAhead(std::span<const SourceRecord> records) override;
  Status UseLull() override { return state_.UseLull(); }
  void PrepareStop() override {
    state_.PrepareStop();
    Changed();
  }
  void Forget(const ForgottenNote& note) override;
  Status Seal(uint64_t seal, WallTime now, SealedBatch* batch, Release* release) override;
  void Durable(uint64_t seal, size_t cache_bytes) override;
  size_t cache_bytes() const override { return state_.bytes(); }
  size_t cache_entries() const override { return state_.entries(); }
  size_t timers() const override { return state_.wakes(); }
  size_t dirty_bytes() const override { return state_.dirty_bytes(); }

 private:
  // An interaction as KeyedState stores it.
  struct Entity {
    domain::Interaction interaction;
    bool waiting_changed = false;  // in waiting_changed_
    bool waiting_stored = false;   // has a waiting row in the store, or on its way there
    bool Load(std::string_view record, const std::function<std::string(uint32_t)>& chunk) {
      const bool good = interaction.Load(record, chunk);
      waiting_stored = interaction.waiting().has_value();
      return good;
    }
    void Save(EntityParts* parts);
    size_t memory_bytes() const { return interaction.memory_bytes(); }
    // An interaction's key is its kind in a byte, and its id, which is the record's key, too.
    static constexpr size_t kKind = 1;
    // As far as the first leg of the state.
    static constexpr size_t kHotBytes = 704;
    void Prefetch() const { interaction.Prefetch(); }
  };
  using State = KeyedState<Entity>;

  Status Apply(const SourceRecord& record, WallTime now) override;
  Status FireTimers() override;
  Status RestoreStage() override;
  // The event of the record, if it has been read ahead; nullptr: it has not.
  domain::Event* TakeReadAhead(const SourceRecord& record);
  Status ApplyEvent(const SourceRecord& record, domain::Event* event, WallTime now);
  Status Fold(State::Entity* entity, const domain::Event& event, EventTime highest_before);
  void LookAt(State::Entity* entity);
  void BeginSweep();
  Status SweepSome();
  // customer.forgotten
  void TakeForgotten(const domain::Event& event);
  bool AddForgotten(const ForgottenNote& note);
  // The customer that the event names, as a contact is to know him that began then; Max(): with
  // this event. Until the next call.
  std::string_view CustomerOf(const domain::Event& event, EventTime began);
  // Gives a pseudonym to each forgotten customer of a contact that began in time for it.
  void ForgetIn(State::Entity* entity);
  domain::FoldContext Context(EventTime highest) const;
  void PublishWaiting(const std::optional<domain::Interaction::Waiting>& before,
                      State::Entity* entity);
  // What others are to know of it.
  void Tell(State::Entity* entity);
  void SendFacts(State::Entity* entity);
  void SendAlerts(State::Entity* entity);
  bool NoteIsDue(WallTime now) const;
  void SendWatermarks(WallTime now);
  void SealWaiting(SealedBatch* batch);

  InteractionsOptions stage_;
  Decoder& decoder_;
  SourceStats* source_stats_ = nullptr;  // of a live source
  SourceTally seen_;                     // what it has not been told yet
  State state_;
  ForgottenCustomers forgotten_;
  // Over the contacts that may not know of change instants which came with newer rules, or name
  // customers who are to be forgotten.
  Sweep sweep_;
  size_t sweep_to_ = 0;  // swept_rules_, once it is over
  std::vector<std::string> swept_keys_;  // reused
  JourneySender journeys_;
  WallTime notes_sent_at_ = WallTime::Min();
  EventTime noted_ = EventTime::Min();
  bool noted_final_ = false;
  // What has been read ahead, in order: the record that it is of, and its event.
  struct Read {
    Offset offset = 0;
    const char* payload = nullptr;
    domain::Event event;
  };
  std::array<Read, kReadAhead> read_;
  size_t read_begin_ = 0, read_end_ = 0;
  // Reused from event to event.
  domain::Event event_;
  DecodeError error_;
  std::string key_;
  std::string customer_key_, pseudonym_;
  std::vector<domain::ContactFact> facts_;
  std::vector<domain::SlaAlert> alerts_;
  std::string payload_;  // of an alert
  // Entities whose stored waiting row is not what it should be. They are dirty, so they stay.
  std::vector<State::Entity*> waiting_changed_;
};

}  // namespace touchline::pipeline
