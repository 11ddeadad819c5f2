#include "pipeline/stored_task.h"

#include <string>
#include <string_view>
#include <utility>

namespace touchline::pipeline {

Result<std::optional<TaskPosition>> ReadPosition(StateReader* reader, TaskKey task,
                                                 Watermark* watermark) {
  const auto row = reader->Get(TablePrefix(task, Table::kTask));
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  ByteReader in(**row);
  TaskPosition position;
  position.next_offset = static_cast<Offset>(in.Varint());
  position.outbox_sequence = in.Varint();
  watermark->Decode(&in);
  position.last_seal = in.Varint();
  position.swept_rules = in.Varint();
  if (!in.ok()) return Fatal("a task's position is damaged", ExitCode::kStateUnreadable);
  return position;
}

Status ReadSymbols(StateReader* reader, TaskKey task, domain::SymbolTable* symbols) {
  const std::string prefix = TablePrefix(task, Table::kSymbols);
  bool good = true;
  auto status = reader->Scan(prefix, PrefixEnd(prefix),
                             [&](std::string_view key, std::string_view name) {
                               ByteReader in(key.substr(prefix.size()));
                               good = in.BigEndian32() == symbols->Intern(name);
                               return good;
                             });
  if (status && !good) return Fatal("a task's symbols are damaged", ExitCode::kStateUnreadable);
  return status;
}

Result<std::vector<domain::RuleSet>> ReadRuleSets(StateReader* reader, TaskKey task) {
  const std::string prefix = TablePrefix(task, Table::kRules);
  bool good = true;
  std::vector<domain::RuleSet> sets;
  auto status =
      reader->Scan(prefix, PrefixEnd(prefix), [&](std::string_view, std::string_view value) {
        ByteReader in(value);
        good = sets.emplace_back().Decode(&in);
        return good;
      });
  if (!status) return tl::unexpected(status.error());
  if (!good) return Fatal("a task's rules are damaged", ExitCode::kStateUnreadable);
  return sets;
}

}  // namespace touchline::pipeline
