#include "adapters/http/api_intervals.h"

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/api_rows.h"
#include "adapters/http/json.h"
#include "base/rfc3339.h"

namespace touchline::adapters {
namespace {

using pipeline::CellDelta;
using pipeline::ScopeLabels;

constexpr std::array<std::string_view, 4> kOwnParameters = {"from", "to", "format", "buckets"};

enum class Format : uint8_t { kJson, kCsv };

struct Query {
  EventTime from = EventTime::Min();
  EventTime until = EventTime::Max();
  Format format = Format::kJson;
  Buckets buckets = Buckets::kLeaveOut;
  RowFilter filter;
};

Status ReadTime(const HttpRequest& request, std::string_view name, EventTime* time) {
  const std::string* text = request.Find(name);
  if (text == nullptr) return {};
  const auto nanos = ParseRfc3339Nanos(*text);
  if (!nanos) {
    return BadQuery("\"" + std::string(name) + "\" must be an RFC 3339 time such as " +
                    "2026-03-01T08:00:00Z (a + is written %2B), not \"" + *text + "\".");
  }
  // Up to the next millisecond: an interval that starts before `from` is not wanted.
  *time = EventTime::FromMillis((*nanos + 999'999) / 1'000'000);
  return {};
}

// The value of a parameter that has two; nullopt: absent.
Result<std::optional<bool>> ReadChoice(const HttpRequest& request, std::string_view name,
                                       std::string_view no, std::string_view yes) {
  const std::string* text = request.Find(name);
  if (text == nullptr) return std::nullopt;
  if (*text == no) return false;
  if (*text == yes) return true;
  return BadQuery("\"" + std::string(name) + "\" must be " + std::string(no) + " or " +
                  std::string(yes) + ", not \"" + *text + "\".");
}

Result<Query> ParseQuery(const HttpRequest& request) {
  auto filter = RowFilter::Parse(request, kOwnParameters);
  if (!filter) return tl::unexpected<Error>(filter.error());
  Query query{.filter = *std::move(filter)};
  for (const auto& [name, time] : {std::pair{"from", &query.from}, std::pair{"to", &query.until}}) {
    const Status status = ReadTime(request, name, time);
    if (!status) return tl::unexpected<Error>(status.error());
  }
  if (query.from >= query.until) return BadQuery("\"from\" must be before \"to\".");
  const auto csv = ReadChoice(request, "format", "json", "csv");
  if (!csv) return tl::unexpected<Error>(csv.error());
  const bool accepts_csv = request.accept.find("text/csv") != std::string::npos;
  query.format = csv->value_or(accepts_csv) ? Format::kCsv : Format::kJson;
  const auto buckets = ReadChoice(request, "buckets", "false", "true");
  if (!buckets) return tl::unexpected<Error>(buckets.error());
  query.buckets = buckets->value_or(false) ? Buckets::kInclude : Buckets::kLeaveOut;
  return query;
}

struct RowKey {
  EventTime start;
  ScopeLabels labels;
  auto operator<=>(const RowKey&) const = default;
};
using Collected = std::map<RowKey, std::vector<CellDelta>>;

void Merge(const CellDelta& from, std::vector<CellDelta>* into) {
  const auto it = std::lower_bound(into->begin(), into->end(), from.cell,
                                   [](const CellDelta& c, uint32_t cell) { return c.cell < cell; });
  if (it == into->end() || it->cell != from.cell) {
    into->insert(it, from);
    return;
  }
  it->added += from.added;
  it->withdrawn += from.withdrawn;
}

Result<Collected> Collect(const pipeline::IntervalSource& source, const Query& query,
                          size_t max_cells) {
  Collected collected;
  size_t cells_read = 0;
  const Status status = source.VisitIntervals(
      query.from, query.until,
      [&](EventTime start, const ScopeLabels& labels, std::span<const CellDelta> cells) {
        if (!query.filter.MayMatch(labels)) return true;
        std::vector<CellDelta>* into = nullptr;
        for (const CellDelta& delta : cells) {
          if (!query.filter.MayMatch(domain::Cell::FromPacked(delta.cell).metric)) continue;
          if (into == nullptr) into = &collected[{.start = start, .labels = labels}];
          Merge(delta, into);
          ++cells_read;
        }
        return cells_read <= max_cells;
      });
  if (!status) return tl::unexpected<Error>(status.error());
  if (cells_read > max_cells) {
    return BadQuery("That is too much for one answer; narrow the time range, or name a partner, "
                    "queue, agent or metric.");
  }
  return collected;
}

class JsonIntervals {
 public:
  std::string_view content_type() const { return kJsonType; }
  void Begin() { body_ = "["; }
  void Add(EventTime start, const ApiRow& row) {
    body_ += body_.size() == 1 ? "\n" : ",\n";
    JsonObject object(&body_);
    object.Add("start", std::string_view(FormatRfc3339(start)));
    object.Add("end", std::string_view(FormatRfc3339(start + pipeline::kQuarterHour)));
    object.Add("name", std::string_view(row.name));
    object.AddName("labels");
    AppendLabels(row, &body_);
    object.Add("unit", row.unit);
    object.Add("added", row.added);
    object.Add("withdrawn", row.withdrawn);
    object.Add("value", row.value());
    object.Close();
  }
  void End() { body_ += "\n]\n"; }
  std::string& body() { return body_; }

 private:
  std::string body_;
};

class CsvIntervals {
 public:
  std::string_view content_type() const { return "text/csv; charset=utf-8; header=present"; }
  void Begin() {
    body_ = "start,end,name,";
    for (const std::string_view column : columns_) body_.append(column).append(",");
    body_ += "unit,added,withdrawn,value\r\n";
  }
  void Add(EventTime start, const ApiRow& row) {
    body_ += FormatRfc3339(start) + "," + FormatRfc3339(start + pipeline::kQuarterHour) + ",";
    body_ += row.name + ",";
    for (const std::string_view column : columns_) {
      const auto it = std::find_if(row.labels.begin(), row.labels.end(),
                                   [column](const auto& label) { return label.first == column; });
      if (it != row.labels.end()) AppendField(it->second);
      body_ += ",";
    }
    body_.append(row.unit).append(",");
    body_ += std::to_string(row.added) + "," + std::to_string(row.withdrawn) + "," +
             std::to_string(row.value()) + "\r\n";
  }
  void End() {}
  std::string& body() { return body_; }

 private:
  void AppendField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      body_.append(text);
      return;
    }
    body_ += '"';
    for (const char c : text) body_.append(c == '"' ? 2 : 1, c);
    body_ += '"';
  }

  const std::vector<std::string_view> columns_ = LabelNames(true);
  std::string body_;
};

template <class Writer>
HttpResponse Write(const Collected& collected, const Query& query, const IntervalLimits& limits) {
  Writer writer;
  writer.Begin();
  for (const auto& [key, cells] : collected) {
    ForEachRow(key.labels, cells, query.buckets, [&](const ApiRow& row) {
      if (query.filter.Matches(row)) writer.Add(key.start, row);
    });
    if (writer.body().size() > limits.max_bytes) {
      return JsonError(400, "The answer would be too long; narrow the time range, or name a "
                            "partner, queue, agent or metric.");
    }
  }
  writer.End();
  return {.content_type = std::string(writer.content_type()), .body = std::move(writer.body())};
}

}  // namespace

HttpResponse ApiIntervals(const pipeline::IntervalSource& source, const HttpRequest& request,
                          const IntervalLimits& limits) {
  const Result<Query> query = ParseQuery(request);
  if (!query) return JsonError(400, query.error().message);
  const Result<Collected> collected = Collect(source, *query, limits.max_cells);
  if (!collected) {
    const bool is_ours = collected.error().kind != ErrorClass::kPoison;
    return JsonError(is_ours ? 500 : 400, collected.error().message);
  }
  if (query->format == Format::kCsv) return Write<CsvIntervals>(*collected, *query, limits);
  return Write<JsonIntervals>(*collected, *query, limits);
}

}  // namespace touchline::adapters
