#include "tests/support/naive/told_contact.h"

#include <set>

namespace touchline::naive {
namespace {

using domain::Cell;
using pipeline::RowKind;

constexpr int64_t kStartMillis = 1'767'600'000'000;  // 2026-01-05 08:00:00 UTC

bool Matches(const Cell& cell, std::string_view metric,
             std::initializer_list<std::string_view> closed) {
  const domain::MetricSpec& spec = domain::Spec(cell.metric);
  if (spec.name != metric) return false;
  const auto values = domain::ClosedValues(spec, cell.closed);
  size_t i = 0;
  for (const std::string_view wanted : closed) {
    if (!wanted.empty() && values.at(i) != wanted) return false;
    ++i;
  }
  return true;
}

int64_t Sum(const ModelResult& model, RowKind row, EventTime start, std::string_view metric,
            std::initializer_list<std::string_view> closed, bool observations) {
  int64_t sum = 0;
  for (const auto& [key, value] : model.values) {
    const Cell cell = Cell::FromPacked(key.cell);
    if (key.row != row || key.start != start || !Matches(cell, metric, closed)) continue;
    const bool histogram = domain::Spec(cell.metric).type == domain::MetricType::kHistogram;
    const bool is_sum = !histogram || cell.bucket == Cell::kSumCell;
    if (is_sum != observations) sum += value;
  }
  return sum;
}

}  // namespace

EventTime Telling::At(double seconds) {
  return EventTime::FromMillis(kStartMillis + static_cast<int64_t>(seconds * 1000));
}

Telling& Telling::Tell(double seconds, domain::EventType type,
                       const std::function<void(domain::Event&)>& fill) {
  const std::string id = std::to_string(next_id_++);
  domain::Event event;
  event.type = type;
  event.time_ns = At(seconds).millis() * 1'000'000;
  event.subject = "c-1";
  event.source = "test";
  event.id = id;
  if (fill) fill(event);
  event.id_hash = HashEventId(event.source, event.id);
  input_.records.push_back({.event = LoggedEvent(event)});
  return *this;
}

Telling& Telling::Again() {
  input_.records.push_back(input_.records.back());
  return *this;
}

ModelResult Telling::Until(double seconds, const Rules& rules) {
  inputs_ = {input_};
  return Recompute(inputs_, {At(seconds)}, At(seconds), rules);
}

int64_t Total(const ModelResult& model, std::string_view metric,
              std::initializer_list<std::string_view> closed) {
  return Sum(model, RowKind::kTotal, {}, metric, closed, false);
}

int64_t Observations(const ModelResult& model, std::string_view metric,
                     std::initializer_list<std::string_view> closed) {
  return Sum(model, RowKind::kTotal, {}, metric, closed, true);
}

int64_t InRow(const ModelResult& model, RowKind row, double start_seconds, std::string_view metric,
              std::initializer_list<std::string_view> closed) {
  return Sum(model, row, Telling::At(start_seconds), metric, closed, false);
}

std::vector<std::string> Subjects(const ModelResult& model, std::string_view metric) {
  std::set<std::string> subjects;
  for (const auto& [key, value] : model.values) {
    const Cell cell = Cell::FromPacked(key.cell);
    if (key.row != RowKind::kTotal || !Matches(cell, metric, {})) continue;
    subjects.insert(key.labels.subject);
  }
  return {subjects.begin(), subjects.end()};
}

}  // namespace touchline::naive
