#include "tests/support/fake_log.h"

#include <cstdlib>
#include <iostream>

#include "tests/support/murmur2.h"

namespace touchline::test {
namespace {

using pipeline::Offset;

void Require(bool condition, std::string_view what, std::string_view topic) {
  if (condition) return;
  std::cerr << "FakeLog: " << what << ": " << topic << '\n';
  std::abort();
}

}  // namespace

void FakeLog::CreateTopic(const std::string& name, int32_t partitions) {
  Require(partitions > 0, "a topic needs partitions", name);
  const bool is_new = topics_.try_emplace(name, static_cast<size_t>(partitions)).second;
  Require(is_new, "the topic is there already", name);
}

const FakeLog::Partition& FakeLog::Find(std::string_view topic, int32_t partition) const {
  const auto found = topics_.find(topic);
  Require(found != topics_.end(), "no such topic", topic);
  const auto& partitions = found->second;
  Require(partition >= 0 && static_cast<size_t>(partition) < partitions.size(), "no such partition",
          topic);
  return partitions[static_cast<size_t>(partition)];
}

FakeLog::Partition& FakeLog::Find(std::string_view topic, int32_t partition) {
  return const_cast<Partition&>(std::as_const(*this).Find(topic, partition));
}

int32_t FakeLog::PartitionCount(std::string_view topic) const {
  Find(topic, 0);
  return static_cast<int32_t>(topics_.find(topic)->second.size());
}

Offset FakeLog::Append(std::string_view topic, int32_t partition, LogRecord record) {
  Partition& p = Find(topic, partition);
  p.records.push_back(std::move(record));
  return p.low + static_cast<Offset>(p.records.size()) - 1;
}

Offset FakeLog::AppendByKey(std::string_view topic, LogRecord record) {
  const int32_t partition = PartitionOfKey(record.key, PartitionCount(topic));
  return Append(topic, partition, std::move(record));
}

void FakeLog::SkipOffset(std::string_view topic, int32_t partition) {
  Find(topic, partition).records.emplace_back(std::nullopt);
}

void FakeLog::Expire(std::string_view topic, int32_t partition, Offset low) {
  Partition& p = Find(topic, partition);
  while (p.low < low && !p.records.empty()) {
    p.records.pop_front();
    ++p.low;
  }
}

Offset FakeLog::Low(std::string_view topic, int32_t partition) const {
  return Find(topic, partition).low;
}

Offset FakeLog::End(std::string_view topic, int32_t partition) const {
  const Partition& p = Find(topic, partition);
  return p.low + static_cast<Offset>(p.records.size());
}

const LogRecord* FakeLog::At(std::string_view topic, int32_t partition, Offset offset) const {
  const Partition& p = Find(topic, partition);
  if (offset < p.low || offset >= End(topic, partition)) return nullptr;
  const auto& slot = p.records[static_cast<size_t>(offset - p.low)];
  return slot ? &*slot : nullptr;
}

}  // namespace touchline::test
