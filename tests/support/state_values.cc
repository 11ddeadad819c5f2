#include "tests/support/state_values.h"

#include <string>
#include <vector>

#include "pipeline/ledger.h"

namespace touchline::test {
namespace {

pipeline::Table TableOf(pipeline::RowKind kind) {
  switch (kind) {
    case pipeline::RowKind::kTotal:
      return pipeline::Table::kTotals;
    case pipeline::RowKind::kQuarterHour:
      return pipeline::Table::kQuarters;
    case pipeline::RowKind::kBucket:
      break;
  }
  return pipeline::Table::kBuckets;
}

}  // namespace

Status VisitRows(pipeline::StateReader* reader, pipeline::TaskKey task, pipeline::RowKind kind,
                 const NetVisitor& visit) {
  std::vector<std::string> names(1);
  const std::string symbols = pipeline::TablePrefix(task, pipeline::Table::kSymbols);
  auto status = reader->Scan(symbols, pipeline::PrefixEnd(symbols),
                             [&names](std::string_view, std::string_view name) {
                               names.emplace_back(name);
                               return true;
                             });
  if (!status) return status;
  const std::string prefix = pipeline::TablePrefix(task, TableOf(kind));
  bool good = true;
  status = reader->Scan(
      prefix, pipeline::PrefixEnd(prefix), [&](std::string_view key, std::string_view value) {
        ByteReader in(key.substr(prefix.size()));
        const EventTime start =
            kind == pipeline::RowKind::kTotal ? EventTime() : in.SortableTime();
        const domain::Scope scope = pipeline::DecodeScope(&in);
        std::vector<pipeline::CellDelta> cells;
        good = in.ok() && pipeline::Ledger::DecodeRow(value, &cells);
        if (!good) return false;
        const pipeline::ScopeLabels labels = {.scope = scope.kind,
                                              .partner = names[scope.partner],
                                              .kind = scope.contact,
                                              .channel = scope.channel,
                                              .direction = scope.direction,
                                              .subject = names[scope.subject],
                                              .policy = names[scope.policy]};
        for (const auto& c : cells) {
          if (c.added == c.withdrawn) continue;
          visit(kind, start, labels, domain::Cell::FromPacked(c.cell), c.added - c.withdrawn);
        }
        return true;
      });
  if (status && !good) return Fatal("a row does not decode");
  return status;
}

}  // namespace touchline::test
