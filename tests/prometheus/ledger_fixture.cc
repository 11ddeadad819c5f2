#include "tests/prometheus/ledger_fixture.h"

#include <algorithm>

namespace touchline::test {

using domain::Cell;
using pipeline::CellDelta;
using pipeline::Release;
using pipeline::ScopeLabels;

ScopeLabels Queue(const std::string& name) {
  return {.scope = domain::ScopeKind::kQueue,
          .partner = "acme",
          .kind = domain::Kind::kCall,
          .channel = domain::Channel::kVoice,
          .direction = domain::Direction::kInbound,
          .subject = name};
}

ScopeLabels Agent(const std::string& name) {
  return {.scope = domain::ScopeKind::kAgent,
          .partner = "acme",
          .kind = domain::Kind::kChat,
          .channel = domain::Channel::kWeb,
          .subject = name};
}

std::vector<std::string> HostileNames() {
  return {"quote\"inside",
          "back\\slash",
          "ends in backslash\\",
          "two\nlines",
          "\"} 1\ntouchline_injected_total{x=\"",
          "invalid \xFF\xFE utf-8",
          "half a character \xE2\x82",
          std::string("nul \0 inside", 12),
          "carriage\r\nreturn\ttab",
          "right-to-left \u202E, zero width \u200B, byte order \uFEFF",
          "Zürich ☎ 😀",
          "# HELP touchline_answer_seconds",
          "le=\"+Inf\"",
          "{{.Value}} <script>alert(1)</script>",
          std::string(10'000, 'n'),
          std::string(127, 'm') + "☎"};
}

void LedgerFixture::Apply(const Release::Row& row) {
  Release release;
  release.rows.push_back(row);
  ledger_.Apply(release, clock_.Now());
}

void LedgerFixture::Add(const ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
                        int64_t added, int64_t withdrawn) {
  AddAt(pipeline::RowKind::kTotal, EventTime(), labels, metric, closed, added, withdrawn);
}

void LedgerFixture::AddAt(pipeline::RowKind kind, EventTime start, const ScopeLabels& labels,
                          domain::MetricId metric, uint8_t closed, int64_t added,
                          int64_t withdrawn) {
  const uint32_t cell = Cell{.metric = metric, .closed = closed}.packed();
  Apply({.scope = ledger_.Resolve(labels),
         .kind = kind,
         .start = start,
         .cells = {{.cell = cell, .added = added, .withdrawn = withdrawn}}});
}

void LedgerFixture::Observe(const ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
                            int64_t value) {
  Apply({.scope = ledger_.Resolve(labels),
         .cells = Observation(labels, metric, closed, value, false)});
}

void LedgerFixture::Withdraw(const ScopeLabels& labels, domain::MetricId metric, uint8_t closed,
                             int64_t value) {
  Apply({.scope = ledger_.Resolve(labels),
         .cells = Observation(labels, metric, closed, value, true)});
}

std::vector<CellDelta> LedgerFixture::Observation(const ScopeLabels& labels,
                                                  domain::MetricId metric, uint8_t closed,
                                                  int64_t value, bool is_withdrawn) const {
  const auto bounds = domain::BucketBounds(metric, labels.kind);
  const Cell bucket = {
      .metric = metric, .closed = closed, .bucket = domain::BucketOf(bounds, value)};
  const Cell sum = {.metric = metric, .closed = closed, .bucket = Cell::kSumCell};
  if (is_withdrawn) {
    return {{.cell = bucket.packed(), .withdrawn = 1}, {.cell = sum.packed(), .withdrawn = value}};
  }
  return {{.cell = bucket.packed(), .added = 1}, {.cell = sum.packed(), .added = value}};
}

void LedgerFixture::Wait(const ScopeLabels& labels, uint32_t task,
                         std::optional<EventTime> since) {
  Release release;
  release.waiting.push_back({.scope = ledger_.Resolve(labels), .task = task, .since = since});
  ledger_.Apply(release, clock_.Now());
}

void LedgerFixture::Progress(Release::TaskProgress task) {
  Release release;
  release.tasks.push_back(std::move(task));
  ledger_.Apply(release, clock_.Now());
}

}  // namespace touchline::test
