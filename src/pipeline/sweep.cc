#include "pipeline/sweep.h"

#include <utility>

namespace touchline::pipeline {

void Sweep::Begin(std::vector<std::string> young) {
  is_on_ = true;
  young_ = std::move(young);
  from_ = TablePrefix(task_, Table::kEntities);
}

Status Sweep::Next(size_t most, std::vector<std::string>* keys) {
  keys->clear();
  for (; !young_.empty() && keys->size() < most; young_.pop_back()) {
    keys->push_back(std::move(young_.back()));
  }
  if (keys->size() == most) return {};
  const std::string prefix = TablePrefix(task_, Table::kEntities);
  auto status = reader_.Scan(from_, PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
    keys->emplace_back(key.substr(prefix.size()));
    from_.assign(key).push_back('\0');
    return keys->size() < most;
  });
  is_on_ = !keys->empty();
  return status;
}

}  // namespace touchline::pipeline
