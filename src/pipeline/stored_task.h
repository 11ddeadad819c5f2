#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/rules.h"
#include "domain/symbols.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/watermark.h"

namespace touchline::pipeline {

// One task's rows beside its entities and totals, as Task::Seal writes them. kFatal with
// kStateUnreadable for what is damaged.

struct TaskPosition {
  Offset next_offset = 0;
  uint64_t outbox_sequence = 1;  // the next one
  uint64_t last_seal = 0;
  uint64_t swept_rules = 0;  // so many rule sets have been brought to all contacts
};

// *watermark becomes the stored one. nullopt, and it stays: the task has never been sealed.
Result<std::optional<TaskPosition>> ReadPosition(StateReader* reader, TaskKey task,
                                                 Watermark* watermark);
// REQUIRES: *symbols has none yet.
Status ReadSymbols(StateReader* reader, TaskKey task, domain::SymbolTable* symbols);
// Whether the scope's texts are in the table: they became durable with the row, or before it.
inline bool AllNamed(const domain::Scope& scope, const domain::SymbolTable& symbols) {
  return scope.partner < symbols.size() && scope.subject < symbols.size() &&
         scope.policy < symbols.size();
}
// In the order of loading; empty: the task has never been sealed.
Result<std::vector<domain::RuleSet>> ReadRuleSets(StateReader* reader, TaskKey task);

}  // namespace touchline::pipeline
