#include "adapters/http/api_totals.h"

#include <string>
#include <utility>
#include <vector>

#include "adapters/http/api_rows.h"
#include "adapters/http/json.h"

namespace touchline::adapters {
namespace {

struct ScopeTotals {
  pipeline::ScopeLabels labels;
  std::vector<pipeline::CellDelta> cells;
};

// Copies what may match, so that the ledger is not locked while the answer is written.
std::vector<ScopeTotals> Copy(const pipeline::PublishedLedger& ledger, const RowFilter& filter) {
  std::vector<ScopeTotals> scopes;
  ledger.VisitTotals([&](const pipeline::ScopeLabels& labels,
                         const std::vector<pipeline::PublishedCell>& cells) {
    if (!filter.MayMatch(labels)) return;
    ScopeTotals& scope = scopes.emplace_back(ScopeTotals{.labels = labels, .cells = {}});
    for (const pipeline::PublishedCell& cell : cells) {
      if (!filter.MayMatch(domain::Cell::FromPacked(cell.cell).metric)) continue;
      scope.cells.push_back(
          {.cell = cell.cell, .added = cell.added, .withdrawn = cell.withdrawn});
    }
  });
  return scopes;
}

void AppendRow(const ApiRow& row, std::string* out) {
  JsonObject object(out);
  object.Add("name", std::string_view(row.name));
  object.AddName("labels");
  AppendLabels(row, out);
  object.Add("unit", row.unit);
  object.Add("added", row.added);
  object.Add("withdrawn", row.withdrawn);
  object.Add("value", row.value());
  object.Close();
}

}  // namespace

HttpResponse ApiTotals(const pipeline::PublishedLedger& ledger, const HttpRequest& request) {
  const Result<RowFilter> filter = RowFilter::Parse(request, {});
  if (!filter) return JsonError(400, filter.error().message);
  HttpResponse response{.content_type = std::string(kJsonType), .body = "["};
  for (const ScopeTotals& scope : Copy(ledger, *filter)) {
    ForEachRow(scope.labels, scope.cells, Buckets::kInclude, [&](const ApiRow& row) {
      if (!filter->Matches(row)) return;
      response.body += response.body.size() == 1 ? "\n" : ",\n";
      AppendRow(row, &response.body);
    });
  }
  response.body += "\n]\n";
  return response;
}

}  // namespace touchline::adapters
