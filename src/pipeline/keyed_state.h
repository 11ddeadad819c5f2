#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/byte_buffer.h"
#include "base/hash.h"
#include "base/inline_text.h"
#include "base/prefetch.h"
#include "pipeline/key_index.h"
#include "pipeline/keys.h"
#include "pipeline/look_ahead.h"
#include "pipeline/ports.h"
#include "pipeline/stored_keys.h"
#include "pipeline/wake_heap.h"
#include "pipeline/wakeups.h"

namespace touchline::pipeline {

// An entity's bytes in the store: a record, and for long ones further chunks.
struct EntityParts {
  ByteBuffer record;
  std::vector<std::pair<uint32_t, std::string>> put_chunks;
  std::vector<uint32_t> drop_chunks;
};

// One task's entities: a bounded write-back cache over the store, with one durable wake-up per
// entity (its earliest timer; see wakeups.h). What is kept about an entity is the stage's business;
// `Value` needs
//   bool Load(std::string_view record, GetChunk get)   // GetChunk: std::string(uint32_t)
//   void Save(EntityParts*)
//   size_t memory_bytes() const
//   void Prefetch() const          // asks for the memory outside it that its next change touches
//   static constexpr size_t kHotBytes  // and so many bytes from its key on are touched within it
//   static constexpr size_t kKind  // so many leading bytes of its key Expect is not told
//
// An entity's wake-up is never later than its next timer; it may be earlier, so that activity which
// pushes a timer back costs nothing.
//
// Threading: the task's worker only.
template <class Value>
class KeyedState {
  // Longer keys are looked at elsewhere.
  static constexpr size_t kInlineKey = 40;

 public:
  struct Entity {
    // Owned by KeyedState. What every change asks for comes first, and next to it `value`, which
    // does the same.
    EventTime stored_wake = EventTime::Max();  // as the store has it, or is being sent it
    uint64_t sealed_in = 0;                    // the last seal that held it
    size_t bytes = 0;           // in memory, as last weighed
    size_t record_bytes = 512;  // of its last record; before the first, about as many
    size_t slot = 0;
    size_t heap_slot = 0;
    bool leaving = false;  // in removed_
    bool stored = false;

    bool dirty = false;
    bool recent = false;
    bool removed = false;
    EventTime wake = EventTime::Max();  // in effect
    InlineText<kInlineKey> key;
    Value value;
  };

  KeyedState(TaskKey task, StateReader* reader)
      : task_(task), reader_(*reader), asleep_(task, reader), wakeups_(task, reader) {}

  // What a former life has left for this one. `last_seal`: the task's.
  Status Restore(uint64_t last_seal) { return asleep_.Restore(last_seal); }
  // From now on each seal may be the last, and leaves something for the next life.
  void PrepareStop() { is_stopping_ = true; }

  // An entity whose key ends like this will be asked for: see TakeLookingAhead.
  void Foresee(std::string_view key_without_kind, Hint* hint) const {
    hint->hash = Hash64(key_without_kind);
    by_key_.Prefetch(hint->hash);
  }
  void Expect(Hint* hint) const {
    Entity* const entity = by_key_.WithHash(hint->hash);
    hint->entity = entity;
    if (entity != nullptr) PrefetchBytes(&entity->dirty, Value::kHotBytes);
  }
  void ExpectSoon(const Hint& hint) const {
    if (hint.entity != nullptr) static_cast<const Entity*>(hint.entity)->value.Prefetch();
  }

  // The entity with this key, from memory or the store. nullptr: there is none. Found at once if it
  // is the one of the hint.
  Result<Entity*> Find(std::string_view key, const Hint& hint = {}) {
    auto* entity = static_cast<Entity*>(hint.entity);
    if (entity == nullptr || entity->key != key) {
      const uint64_t hash = HashOf(key);
      entity = by_key_.Find(hash, key);
      if (entity == nullptr) return LoadIfStored(key, hash);
    }
    entity->recent = true;
    return entity->removed ? nullptr : entity;
  }
  // As Find, but made if there is none.
  Result<Entity*> FindOrCreate(std::string_view key, const Hint& hint = {}) {
    auto found = Find(key, hint);
    if (!found || *found != nullptr) return found;
    Entity* const entity = by_key_.Find(HashOf(key), key);
    if (entity == nullptr) return Insert(key);
    LeaveChunks(entity);
    entity->value = Value();
    entity->removed = false;
    return entity;
  }
  // The value was changed: it goes into the next seal, and its wake-up becomes `wake`; Max(): it
  // has none.
  void Touch(Entity* entity, EventTime wake) {
    if (!entity->dirty) {
      entity->dirty = true;
      dirty_.push_back(entity);
      dirty_bytes_ += entity->record_bytes;
      Weigh(entity);
    }
    SetWake(entity, wake);
  }
  // The entity is no more: its rows are deleted by the next seal.
  void Remove(Entity* entity) {
    entity->removed = true;
    Touch(entity, EventTime::Max());
    SetWakeExactly(entity, EventTime::Max());
  }

  // As Remove, and its key will stand nowhere in the store any more.
  void RemoveTraces(Entity* entity) {
    Remove(entity);
    entity->stored_wake = EventTime::Max();
    wakeups_.Erase(entity->key);
  }
  // Does so; to be called before Seal. REQUIRES: all former seals are durable.
  Status EraseTraces(SealedBatch* batch) { return wakeups_.EraseTraces(batch); }

  // The entity whose wake-up is before `watermark` and due first; nullptr: none. The caller must
  // Touch or Remove it before the next call, with a wake-up not before `watermark`.
  Result<Entity*> NextDue(EventTime watermark) {
    fired_until_ = std::max(fired_until_, watermark);
    while (true) {
      const auto asleep = wakeups_.Due(watermark);
      if (!asleep) return tl::unexpected(asleep.error());
      if (*asleep == nullptr || !IsFirst(**asleep)) break;
      if (auto s = WakeIfMeant(**asleep); !s) return tl::unexpected(s.error());
      wakeups_.Pop();
    }
    if (wakes_.empty() || wakes_.first()->wake >= watermark) return nullptr;
    wakes_.first()->recent = true;
    return wakes_.first();
  }

  // The entities that a read of the store may not show: those no durable seal has held.
  std::vector<std::string> YoungKeys() const {
    std::vector<std::string> keys;
    for (const auto& entity : slots_) {
      if (!entity->stored || entity->sealed_in > durable_) keys.emplace_back(entity->key.view());
    }
    return keys;
  }

  // Appends the changed entities and wake-ups to the batch. `seal` counts up, over all lives.
  // Calls before(entity) for each entity that was changed, in a stable order, just before it is
  // written; it may change the value, but no wake-up.
  // REQUIRES: NextDue has nothing more to give.
  template <class Before>
  void Seal(uint64_t seal, SealedBatch* batch, Before before) {
    for (const std::string& key : left_chunks_) batch->Delete(key);
    left_chunks_.clear();
    // Most have not been looked at for long.
    constexpr size_t kFar = 4, kNear = 2;
    for (size_t i = 0; i < dirty_.size(); ++i) {
      if (i + kFar < dirty_.size()) PrefetchBytes(dirty_[i + kFar], sizeof(Entity));
      if (i + kNear < dirty_.size()) dirty_[i + kNear]->value.Prefetch();
      before(dirty_[i]);
      SealEntity(seal, dirty_[i], batch);
    }
    dirty_.clear();
    dirty_bytes_ = 0;
    wakeups_.Seal(seal, batch);
    if (!is_stopping_) return;
    asleep_.Keep(seal, batch, [this](auto add) {
      for (const auto& entity : slots_) {
        if (entity->stored && !entity->removed) add(HashOf(entity->key));
      }
    });
  }

  // All seals up to `seal` are durable: what they held may leave memory. Evicts down to the bound.
  void Durable(uint64_t seal, size_t max_bytes) {
    durable_ = seal;
    wakeups_.Durable();
    for (Entity* entity : std::exchange(removed_, {})) {
      entity->leaving = false;
      if (entity->removed && !entity->dirty && entity->sealed_in <= durable_) {
        Evict(entity);
      } else if (entity->removed) {
        Leave(entity);
      }
    }
    if (asleep_.bytes() > max_bytes / kKnownShare) asleep_.GiveUp();
    for (size_t looks = 2 * slots_.size(); bytes() > max_bytes && looks > 0 && !slots_.empty();
         --looks) {
      if (hand_ >= slots_.size()) hand_ = 0;
      constexpr size_t kFar = 8;
      if (hand_ + kFar < slots_.size()) touchline::Prefetch(&slots_[hand_ + kFar]->dirty);
      Entity* const entity = slots_[hand_].get();
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

  // Nothing presses: learns something of the store that spares reads later.
  Status UseLull() { return asleep_.LearnSome(HashOf); }

  size_t bytes() const { return bytes_ + asleep_.bytes(); }
  // About what the next seal will write.
  size_t dirty_bytes() const { return dirty_bytes_; }
  size_t entries() const { return slots_.size(); }
  size_t wakes() const { return wakes_.size() + wakeups_.size(); }

 private:
  // A later timer moves the wake-up only if it is later by more than this.
  static constexpr Duration kLazy = Duration::Hours(12);
  // What is known of the store takes at most one part in so many of the bound.
  static constexpr size_t kKnownShare = 4;
  static uint64_t HashOf(std::string_view key) { return Hash64(key.substr(Value::kKind)); }

  Result<Entity*> LoadIfStored(std::string_view key, uint64_t hash) {
    const auto may_be_stored = asleep_.MayHave(hash);
    if (!may_be_stored) return tl::unexpected(may_be_stored.error());
    if (!*may_be_stored) return nullptr;
    return Load(key);
  }
  Result<Entity*> Load(std::string_view key) {
    const auto record = reader_.Get(TableKey(task_, Table::kEntities, key));
    if (!record) return tl::unexpected(record.error());
    if (!*record) return nullptr;
    Entity* entity = Insert(key);
    ByteReader in(**record);
    entity->wake = entity->stored_wake = in.Time();
    entity->stored = true;
    entity->record_bytes = (*record)->size();
    std::optional<Error> failed;
    const bool good = in.ok() && entity->value.Load(in.rest(), [&](uint32_t chunk) {
      auto bytes = reader_.Get(ChunkKey(task_, key, chunk));
      if (!bytes) failed = bytes.error();
      return bytes && *bytes ? **bytes : std::string();
    });
    if (failed) return tl::unexpected(*failed);
    if (!good) {
      return Fatal("the record of an entity in the state is damaged; restore the state folder "
                   "from a copy, or remove it to rebuild from Kafka",
                   ExitCode::kStateUnreadable);
    }
    Weigh(entity);
    if (entity->wake != EventTime::Max()) wakes_.Insert(entity);
    return entity;
  }

  // Looks far and wide within the value, so it is done at the first change after a seal and at the
  // next seal, and not at each change between them.
  void Weigh(Entity* entity) {
    const size_t bytes = entity->value.memory_bytes() + sizeof(Entity) + entity->key.heap_bytes();
    bytes_ = bytes_ - entity->bytes + bytes;
    entity->bytes = bytes;
  }

  Entity* Insert(std::string_view key) {
    Entity* const entity = slots_.emplace_back(std::make_unique<Entity>()).get();
    entity->key = key;
    entity->slot = slots_.size() - 1;
    entity->recent = true;
    by_key_.Insert(HashOf(key), entity);
    return entity;
  }

  void Evict(Entity* entity) {
    bytes_ -= entity->bytes;
    if (entity->wake != EventTime::Max()) {
      wakes_.Erase(entity);
      wakeups_.Add(entity->wake, entity->key);
    }
    const uint64_t hash = HashOf(entity->key);
    by_key_.Erase(hash, entity);
    if (entity->stored && !entity->removed) asleep_.Add(hash);
    const size_t slot = entity->slot;
    std::swap(slots_[slot], slots_.back());
    slots_[slot]->slot = slot;
    slots_.pop_back();
  }

  void SetWake(Entity* entity, EventTime wake) {
    const bool earlier = wake < entity->wake;
    const bool much_later = wake > entity->wake && (wake == EventTime::Max() ||
                                                    wake > entity->wake + kLazy);
    if (earlier || much_later || entity->wake < fired_until_) SetWakeExactly(entity, wake);
  }

  void SetWakeExactly(Entity* entity, EventTime wake) {
    if (wake == entity->wake) return;
    if (entity->wake != EventTime::Max()) wakes_.Erase(entity);
    entity->wake = wake;
    if (wake != EventTime::Max()) wakes_.Insert(entity);
  }

  // Whether a wake-up of an entity that may not be in memory comes before all that are.
  bool IsFirst(const Wakeups::Wakeup& asleep) const {
    if (wakes_.empty()) return true;
    const Entity& awake = *wakes_.first();
    const std::string_view asleep_key = asleep.key, awake_key = awake.key;
    return std::tie(asleep.due, asleep_key) < std::tie(awake.wake, awake_key);
  }

  // Loads the entity if it still wants to be woken then. One in memory knows for itself.
  Status WakeIfMeant(const Wakeups::Wakeup& wakeup) {
    if (by_key_.Find(HashOf(wakeup.key), wakeup.key) != nullptr) return {};
    const auto record = reader_.Get(TableKey(task_, Table::kEntities, wakeup.key));
    if (!record) return tl::unexpected(record.error());
    if (!*record || ByteReader(**record).Time() != wakeup.due) return {};
    const auto loaded = Load(wakeup.key);
    if (!loaded) return tl::unexpected(loaded.error());
    return {};
  }

  void SealEntity(uint64_t seal, Entity* entity, SealedBatch* batch) {
    entity->dirty = false;
    entity->sealed_in = seal;
    Weigh(entity);
    if (entity->stored_wake != entity->wake) {
      entity->stored_wake = entity->wake;
      if (entity->wake != EventTime::Max()) wakeups_.Store(entity->wake, entity->key);
    }
    parts_.record.clear();
    parts_.put_chunks.clear();
    parts_.drop_chunks.clear();
    RecordWriter(&parts_.record).Time(entity->stored_wake);
    entity->value.Save(&parts_);
    entity->record_bytes = parts_.record.size();
    for (const uint32_t chunk : parts_.drop_chunks) {
      batch->Delete(ChunkKey(task_, entity->key, chunk));
    }
    if (entity->removed) {
      if (entity->stored) batch->Delete(TableKey(task_, Table::kEntities, entity->key));
      Leave(entity);
      return;
    }
    for (const auto& [chunk, bytes] : parts_.put_chunks) {
      batch->Put(ChunkKey(task_, entity->key, chunk), bytes);
    }
    row_key_.resize(kTablePrefixBytes);
    row_key_.append(entity->key.view());
    batch->Put(row_key_, parts_.record.view());
    entity->stored = true;
  }

  // An entity that comes back before its removal is sealed begins anew, and knows nothing of the
  // chunks that its former life still has in the store.
  void LeaveChunks(Entity* entity) {
    parts_.drop_chunks.clear();
    entity->value.Save(&parts_);
    for (const uint32_t chunk : parts_.drop_chunks) {
      left_chunks_.push_back(ChunkKey(task_, entity->key, chunk));
    }
  }

  // Removed, come back and removed again, it is still one entity to evict.
  void Leave(Entity* entity) {
    if (!entity->leaving) removed_.push_back(entity);
    entity->leaving = true;
  }

  TaskKey task_;
  StateReader& reader_;
  KeyIndex<Entity> by_key_;  // of those in slots_
  StoredKeys asleep_;        // of those in the store only
  std::vector<std::unique_ptr<Entity>> slots_;  // the clock of the eviction
  size_t hand_ = 0;
  std::vector<Entity*> dirty_;
  std::vector<Entity*> removed_;  // sealed deletions not yet evicted
  std::vector<std::string> left_chunks_;  // to be deleted by the next seal
  WakeHeap<Entity> wakes_;  // of the entities in memory
  Wakeups wakeups_;         // of the others, and what the store is to know of all
  EventTime fired_until_ = EventTime::Min();
  uint64_t durable_ = 0;
  bool is_stopping_ = false;
  size_t bytes_ = 0;  // of all in slots_
  size_t dirty_bytes_ = 0;  // the records of the entities in dirty_
  // Reused from entity to entity.
  EntityParts parts_;
  std::string row_key_ = TablePrefix(task_, Table::kEntities);
};

}  // namespace touchline::pipeline
