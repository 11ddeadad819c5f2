#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/journey/customer.h"
#include "pipeline/forgotten_customers.h"
#include "pipeline/internal_record.h"
#include "pipeline/task.h"

namespace touchline::pipeline {

// The stage that keeps one customer's journeys: one partition of touchline.contacts.
class JourneysTask final : public Task {
 public:
  // `upstream`: the names ("topic/partition") of every task that feeds this partition. The
  // watermark is the least of theirs; one that has not been heard holds it back.
  JourneysTask(TaskOptions options, std::vector<std::string> upstream,
               TaskEnvironment environment);

  Status UseLull() override { return state_.UseLull(); }
  void PrepareStop() override {
    state_.PrepareStop();
    Changed();
  }
  Status Seal(uint64_t seal, WallTime now, SealedBatch* batch, Release* release) override;
  void Durable(uint64_t seal, size_t cache_bytes) override;
  size_t cache_bytes() const override { return state_.bytes(); }
  size_t cache_entries() const override { return state_.entries(); }
  size_t timers() const override { return state_.wakes(); }
  size_t dirty_bytes() const override { return state_.dirty_bytes(); }

 private:
  struct Entity {
    domain::Customer customer;
    bool Load(std::string_view record, const std::function<std::string(uint32_t)>&) {
      ByteReader in(record);
      return customer.Decode(&in) && in.empty();
    }
    void Save(EntityParts* parts) {
      RecordWriter out(&parts->record);
      customer.Encode(&out);
    }
    size_t memory_bytes() const { return customer.memory_bytes(); }
    static constexpr size_t kKind = 0;
    static constexpr size_t kHotBytes = 256;
    void Prefetch() const { customer.Prefetch(); }
  };
  using State = KeyedState<Entity>;
  struct Upstream {
    uint64_t sequence = 0;  // the highest seen
    bool heard = false;     // a watermark has come
    WatermarkNote note;
    bool dirty = false;
  };

  Status Apply(const SourceRecord& record, WallTime now) override;
  Status FireTimers() override;
  Status RestoreStage() override;
  Status TakeFacts();
  Status TakeFact(std::string_view key, const domain::ContactFact& fact, const Hint& hint);
  Status TakeForgotten(const ForgottenCustomer& forgotten);
  bool IsToBeForgotten(std::string_view key) const;
  // The key of him whose the contact is to be: the pseudonym's, if the one with this key is to be
  // forgotten with it. Until the next call.
  Result<std::string_view> OwnerOf(std::string_view key, const domain::ContactFact& fact);
  domain::Customer::Taken TakeInto(State::Entity* entity, const domain::ContactFact& fact);
  // After a change.
  void Keep(State::Entity* entity);
  EventTime LeastWatermark() const;
  domain::JourneyContext Context() {
    return {.rules = *rules_, .watermark = watermark_.value(), .room = room_};
  }

  std::map<std::string, Upstream, std::less<>> upstream_;
  std::vector<std::string> configured_;
  State state_;
  ForgottenCustomers forgotten_;
  // Reused from record to record, and from fact to fact.
  std::string pseudonym_key_;
  std::vector<KeyedFact> facts_;
  domain::JourneyRoom room_;
};

}  // namespace touchline::pipeline
