#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/flat_map.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/wake_heap.h"

namespace touchline::pipeline {

// An entity's bytes in the store: a record, and for long ones further chunks.
struct EntityParts {
  std::string record;
  std::vector<std::pair<uint32_t, std::string>> put_chunks;
  std::vector<uint32_t> drop_chunks;
};

// One task's entities: a bounded write-back cache over the store, with one durable wake-up per
// entity (its earliest timer). What is kept about an entity is the stage's business; `Value` needs
//   bool Load(std::string_view record, GetChunk get)   // GetChunk: std::string(uint32_t)
//   void Save(EntityParts*)
//   size_t memory_bytes() const
//
// Wake-ups. An entity's stored wake-up is never later than its next timer; it may be earlier, so
// that activity which pushes a timer back costs nothing. Those before `horizon` are in memory, too.
//
// Threading: the task's worker only.
template <class Value>
class KeyedState {
 public:
  struct Entity {
    std::string key;
    Value value;

    // Owned by KeyedState.
    EventTime wake = EventTime::Max();         // in effect
    EventTime stored_wake = EventTime::Max();  // the row that the store has, or is being sent
    uint64_t sealed_in = 0;                    // the last seal that held it
    size_t bytes = 0;
    size_t slot = 0;
    size_t heap_slot = 0;
    bool dirty = false;
    bool recent = false;
    bool stored = false;
    bool removed = false;
    bool leaving = false;  // in removed_
  };

  KeyedState(TaskKey task, StateReader* reader) : task_(task), reader_(*reader) {}

  // The entity with this key, from memory or the store. nullptr: there is none.
  Result<Entity*> Find(std::string_view key) {
    if (const auto it = by_key_.find(key); it != by_key_.end()) {
      it->second->recent = true;
      return it->second->removed ? nullptr : it->second.get();
    }
    return Load(key);
  }
  // As Find, but made if there is none.
  Result<Entity*> FindOrCreate(std::string_view key) {
    auto found = Find(key);
    if (!found || *found != nullptr) return found;
    const auto it = by_key_.find(key);
    if (it == by_key_.end()) return Insert(key);
    it->second->value = Value();
    it->second->removed = false;
    return it->second.get();
  }
  // The value was changed: it goes into the next seal, and its wake-up becomes `wake`.
  void Touch(Entity* entity, std::optional<EventTime> wake) {
    const size_t bytes = entity->value.memory_bytes() + sizeof(Entity) + entity->key.size();
    bytes_ = bytes_ - entity->bytes + bytes;
    if (entity->dirty) dirty_bytes_ -= entity->bytes;
    dirty_bytes_ += bytes;
    entity->bytes = bytes;
    if (!entity->dirty) {
      entity->dirty = true;
      dirty_.push_back(entity);
    }
    SetWake(entity, wake.value_or(EventTime::Max()));
  }
  // The entity is no more: its rows are deleted by the next seal.
  void Remove(Entity* entity) {
    entity->removed = true;
    Touch(entity, std::nullopt);
    SetWakeExactly(entity, EventTime::Max());
  }

  // The entity whose wake-up is before `watermark` and due first; nullptr: none. The caller must
  // Touch or Remove it before the next call, with a wake-up not before `watermark`.
  Result<Entity*> NextDue(EventTime watermark) {
    if (auto s = ExtendHorizon(watermark); !s) return tl::unexpected(s.error());
    while (!asleep_.empty() && asleep_.begin()->first < watermark && AsleepIsFirst()) {
      const Wake wake = *asleep_.begin();
      if (auto found = Find(wake.second); !found) return found;
      asleep_.erase(wake);
    }
    if (wakes_.empty() || wakes_.first()->wake >= watermark) return nullptr;
    wakes_.first()->recent = true;
    return wakes_.first();
  }

  // Visits what the next seal will write, in a stable order, before it is written.
  const std::vector<Entity*>& dirty() const { return dirty_; }

  // Appends the changed entities and wake-ups to the batch. `seal` counts up.
  void Seal(uint64_t seal, SealedBatch* batch) {
    for (Entity* entity : dirty_) SealEntity(seal, entity, batch);
    dirty_.clear();
    dirty_bytes_ = 0;
  }

  // All seals up to `seal` are durable: what they held may leave memory. Evicts down to the bound.
  void Durable(uint64_t seal, size_t max_bytes) {
    durable_ = seal;
    for (Entity* entity : std::exchange(removed_, {})) {
      entity->leaving = false;
      if (entity->removed && !entity->dirty && entity->sealed_in <= durable_) {
        Evict(entity);
      } else if (entity->removed) {
        Leave(entity);
      }
    }
    for (size_t looks = 2 * slots_.size(); bytes_ > max_bytes && looks > 0 && !slots_.empty();
         --looks) {
      if (hand_ >= slots_.size()) hand_ = 0;
      Entity* entity = slots_[hand_];
      if (entity->dirty || entity->removed || entity->sealed_in > durable_) {
        ++hand_;
      } else if (entity->recent) {
        entity->recent = false;
        ++hand_;
      } else {
        Evict(entity);
      }
    }
  }

  size_t bytes() const { return bytes_; }
  size_t dirty_bytes() const { return dirty_bytes_; }
  size_t entries() const { return by_key_.size(); }
  size_t wakes() const { return wakes_.size() + asleep_.size(); }

 private:
  using Wake = std::pair<EventTime, std::string>;

  // How far ahead of the watermark wake-ups are held in memory.
  static constexpr Duration kAhead = Duration::Hours(6);
  // A later timer moves the stored wake-up only if it is later by more than this.
  static constexpr Duration kLazy = Duration::Hours(12);

  Result<Entity*> Load(std::string_view key) {
    const auto record = reader_.Get(TableKey(task_, Table::kEntities, key));
    if (!record) return tl::unexpected(record.error());
    if (!*record) return nullptr;
    Entity* entity = Insert(key);
    ByteReader in(**record);
    entity->wake = entity->stored_wake = in.Time();
    entity->stored = true;
    std::optional<Error> failed;
    const bool good = in.ok() && entity->value.Load(in.rest(), [&](uint32_t chunk) {
      auto bytes = reader_.Get(ChunkKey(key, chunk));
      if (!bytes) failed = bytes.error();
      return bytes && *bytes ? **bytes : std::string();
    });
    if (failed) return tl::unexpected(*failed);
    if (!good) {
      return Fatal("the record of an entity in the state is damaged; restore the state folder "
                   "from a copy, or remove it to rebuild from Kafka",
                   ExitCode::kStateUnreadable);
    }
    entity->bytes = entity->value.memory_bytes() + sizeof(Entity) + key.size();
    bytes_ += entity->bytes;
    if (entity->wake < horizon_) {
      asleep_.erase({entity->wake, entity->key});
      wakes_.Insert(entity);
    }
    return entity;
  }

  Entity* Insert(std::string_view key) {
    auto owned = std::make_unique<Entity>();
    Entity* entity = owned.get();
    entity->key = key;
    entity->slot = slots_.size();
    entity->recent = true;
    slots_.push_back(entity);
    by_key_.emplace(std::string_view(entity->key), std::move(owned));
    return entity;
  }

  void Evict(Entity* entity) {
    bytes_ -= entity->bytes;
    if (entity->wake < horizon_) {
      wakes_.Erase(entity);
      asleep_.emplace(entity->wake, entity->key);
    }
    slots_[entity->slot] = slots_.back();
    slots_[entity->slot]->slot = entity->slot;
    slots_.pop_back();
    by_key_.erase(std::string_view(entity->key));
  }

  void SetWake(Entity* entity, EventTime wake) {
    const bool earlier = wake < entity->wake;
    const bool much_later = wake > entity->wake && (wake == EventTime::Max() ||
                                                    wake > entity->wake + kLazy);
    if (earlier || much_later || entity->wake < fired_until_) SetWakeExactly(entity, wake);
  }

  void SetWakeExactly(Entity* entity, EventTime wake) {
    if (wake == entity->wake) return;
    if (entity->wake < horizon_) wakes_.Erase(entity);
    entity->wake = wake;
    if (wake < horizon_) wakes_.Insert(entity);
  }

  // REQUIRES: asleep_ is not empty.
  bool AsleepIsFirst() const {
    if (wakes_.empty()) return true;
    const Entity& awake = *wakes_.first();
    const Wake& asleep = *asleep_.begin();
    return std::tie(asleep.first, asleep.second) < std::tie(awake.wake, awake.key);
  }

  Status ExtendHorizon(EventTime watermark) {
    fired_until_ = std::max(fired_until_, watermark);
    if (watermark == EventTime::Min() || watermark + kAhead / 2 <= horizon_) return {};
    const EventTime from = horizon_;
    horizon_ = watermark + kAhead;
    std::string begin = TablePrefix(task_, Table::kTimers);
    std::string end = begin;
    const size_t prefix = begin.size();
    ByteWriter(&begin).SortableTime(from);
    ByteWriter(&end).SortableTime(horizon_);
    auto status = reader_.Scan(begin, end, [this, prefix](std::string_view key, std::string_view) {
      ByteReader in(key.substr(prefix));
      const EventTime due = in.SortableTime();
      // What is in memory knows better than the store, which may not have it yet.
      if (!by_key_.contains(in.rest())) asleep_.emplace(due, in.rest());
      return true;
    });
    for (Entity* entity : slots_) {
      if (entity->wake >= from && entity->wake < horizon_) wakes_.Insert(entity);
    }
    return status;
  }

  void SealEntity(uint64_t seal, Entity* entity, SealedBatch* batch) {
    entity->dirty = false;
    entity->sealed_in = seal;
    if (entity->stored_wake != entity->wake) {
      const EventTime before = std::exchange(entity->stored_wake, entity->wake);
      if (before != EventTime::Max()) batch->Delete(TimerKey(*entity, before));
      if (entity->wake != EventTime::Max()) batch->Put(TimerKey(*entity, entity->wake), {});
    }
    parts_.record.clear();
    parts_.put_chunks.clear();
    parts_.drop_chunks.clear();
    ByteWriter(&parts_.record).Time(entity->stored_wake);
    entity->value.Save(&parts_);
    for (const uint32_t chunk : parts_.drop_chunks) batch->Delete(ChunkKey(entity->key, chunk));
    if (entity->removed) {
      if (entity->stored) batch->Delete(TableKey(task_, Table::kEntities, entity->key));
      Leave(entity);
      return;
    }
    for (const auto& [chunk, bytes] : parts_.put_chunks) {
      batch->Put(ChunkKey(entity->key, chunk), bytes);
    }
    batch->Put(TableKey(task_, Table::kEntities, entity->key), parts_.record);
    entity->stored = true;
  }

  // Removed, come back and removed again, it is still one entity to evict.
  void Leave(Entity* entity) {
    if (!entity->leaving) removed_.push_back(entity);
    entity->leaving = true;
  }

  std::string ChunkKey(std::string_view key, uint32_t chunk) const {
    std::string bytes = TableKey(task_, Table::kChunks, key);
    ByteWriter(&bytes).BigEndian32(chunk);
    return bytes;
  }
  std::string TimerKey(const Entity& entity, EventTime due) const {
    std::string bytes = TablePrefix(task_, Table::kTimers);
    ByteWriter out(&bytes);
    out.SortableTime(due);
    out.Raw(entity.key);
    return bytes;
  }

  TaskKey task_;
  StateReader& reader_;
  FlatMap<std::string_view, std::unique_ptr<Entity>, StringHash> by_key_;
  std::vector<Entity*> slots_;  // the clock of the eviction
  size_t hand_ = 0;
  std::vector<Entity*> dirty_;
  std::vector<Entity*> removed_;  // sealed deletions not yet evicted
  // The wake-ups before horizon_: of the entities in memory, and of all others.
  WakeHeap<Entity> wakes_;
  std::set<Wake> asleep_;
  EventTime horizon_ = EventTime::Min();
  EventTime fired_until_ = EventTime::Min();
  uint64_t durable_ = 0;
  size_t bytes_ = 0;
  size_t dirty_bytes_ = 0;  // of the entities in dirty_
  EntityParts parts_;
};

}  // namespace touchline::pipeline
