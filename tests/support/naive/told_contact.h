#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/naive/model.h"

namespace touchline::naive {

// A log written by hand, for tests. Instants are seconds after 2026-01-05 08:00:00 UTC.
class Telling {
 public:
  static EventTime At(double seconds);

  explicit Telling(InputLog input = {.alias = "calls"}) : input_(std::move(input)) {}

  // Appends an event of contact `c-1` in queue order of offsets; `fill` sets what it carries.
  Telling& Tell(double seconds, domain::EventType type,
                const std::function<void(domain::Event&)>& fill = nullptr);
  // Appends the last record once more.
  Telling& Again();

  const InputLog& input() const { return input_; }
  InputLog& input() { return input_; }
  // Recomputes with the watermark at that instant. The result views texts of this, until the next
  // call.
  ModelResult Until(double seconds, const Rules& rules = {domain::RuleSet()});

 private:
  InputLog input_;
  std::vector<InputLog> inputs_;
  int next_id_ = 1;
};

// The sum over all open labels of one metric's totals (a histogram's: of its sum), restricted to
// the closed labels that have these values, in their order ("" matches all).
int64_t Total(const ModelResult& model, std::string_view metric,
              std::initializer_list<std::string_view> closed = {});
// How many values a histogram has observed.
int64_t Observations(const ModelResult& model, std::string_view metric,
                     std::initializer_list<std::string_view> closed = {});
// The same sum as Total in the quarter hour or bucket that starts there.
int64_t InRow(const ModelResult& model, pipeline::RowKind row, double start_seconds,
              std::string_view metric, std::initializer_list<std::string_view> closed = {});
// The distinct subjects (queue, agent, segment, source) under which the metric has a total.
std::vector<std::string> Subjects(const ModelResult& model, std::string_view metric);

}  // namespace touchline::naive
