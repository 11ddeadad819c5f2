#include "domain/interaction/event_log.h"

#include <algorithm>

namespace touchline::domain {
namespace {

// What most entries need, and a little more.
constexpr size_t kBytesPerEntry = 36;

}  // namespace

bool EventLog::Cursor::Next(LogEntry* entry) {
  if (in_.empty()) return false;
  if (read_++ % kChunkEntries == 0) previous_ns_ = 0;
  if (!entry->Decode(previous_ns_, &in_)) return false;
  previous_ns_ = entry->time_ns;
  return true;
}

bool EventLog::Knows(const Hash128& id) const {
  if ((known_bits_[HalfOf(id)] & BitOf(id)) == 0) return false;
  // An identity stands in the bytes as it is in memory; these may be found where none stands.
  const std::string_view id_bytes(reinterpret_cast<const char*>(&id), sizeof(id));
  const bool may_know = ids_.empty()
                            ? bytes_.find(id_bytes) != std::string::npos
                            : std::find(ids_.begin(), ids_.end(), EndOf(id)) != ids_.end();
  if (!may_know) return false;
  bool known = false;
  ForEach([&](const LogEntry& e) { known = known || e.id == id; });
  return known;
}

size_t EventLog::Insert(const LogEntry& entry) {
  if (empty()) bytes_.reserve(kReservedEntries * kBytesPerEntry);
  if (empty() || last_ < entry.order()) {
    Append(entry);
    return size_ - 1;
  }
  std::vector<LogEntry> entries = Entries();
  const auto at = std::upper_bound(
      entries.begin(), entries.end(), entry,
      [](const LogEntry& a, const LogEntry& b) { return a.order() < b.order(); });
  const auto place = static_cast<size_t>(at - entries.begin());
  entries.insert(at, entry);
  Rewrite(entries);
  return place;
}

void EventLog::EraseFirst(size_t n) {
  std::vector<LogEntry> entries = Entries();
  entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(n));
  Rewrite(entries);
}

void EventLog::Rewrite(const std::vector<LogEntry>& entries) {
  size_ = 0;
  known_bits_ = {};
  bytes_.clear();
  ids_.clear();
  chunk_ends_.clear();
  for (const LogEntry& e : entries) Append(e);
}

void EventLog::Append(const LogEntry& entry) {
  entry.Encode(size_ % kChunkEntries == 0 ? 0 : last_.time_ns, &bytes_);
  Note(entry);
}

// What is known of an entry besides its bytes, which are the last.
void EventLog::Note(const LogEntry& entry) {
  last_ = entry.order();
  known_bits_[HalfOf(entry.id)] |= BitOf(entry.id);
  if (++size_ % kChunkEntries == 0) chunk_ends_.push_back(static_cast<uint32_t>(bytes_.size()));
  if (!ids_.empty()) {
    ids_.push_back(EndOf(entry.id));
  } else if (size_ > kReservedEntries) {
    ForEach([this](const LogEntry& e) { ids_.push_back(EndOf(e.id)); });
  }
}

std::vector<LogEntry> EventLog::Entries() const {
  std::vector<LogEntry> entries;
  entries.reserve(size_ + 1);
  ForEach([&entries](const LogEntry& e) { entries.push_back(e); });
  return entries;
}

std::string_view EventLog::chunk(size_t index) const {
  const size_t begin = index == 0 ? 0 : chunk_ends_[index - 1];
  return std::string_view(bytes_).substr(begin, chunk_ends_[index] - begin);
}

bool EventLog::AppendRead(std::string_view bytes, uint64_t entries) {
  ByteReader in(bytes);
  LogEntry entry;
  int64_t previous_ns = 0;
  for (; entries > 0; --entries) {
    const size_t before = in.rest().size();
    if (!entry.Decode(previous_ns, &in)) return false;
    bytes_.append(bytes.substr(bytes.size() - before, before - in.rest().size()));
    previous_ns = entry.time_ns;
    Note(entry);
  }
  return in.empty();
}

}  // namespace touchline::domain
