#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/label_values.h"
#include "adapters/prometheus/series.h"
#include "base/flat_map.h"
#include "pipeline/published.h"

namespace touchline::adapters {

enum class Page : uint8_t { kMain, kAgents };

// Per agent series have a page of their own, so that it can be scraped less often.
constexpr bool IsOn(Page page, domain::ScopeKind scope) {
  return (scope == domain::ScopeKind::kAgent) == (page == Page::kAgents);
}

// A scope's labels as exported: bounded and sanitised, in the order that domain::ScopeKind tells.
// Label sets that become equal are one; `is_dropped[label]` says which label found no room.
struct ExportedLabels {
  LabelSet labels;
  std::array<bool, kOpenLabelCount> is_dropped{};
};
ExportedLabels ExportLabels(const pipeline::ScopeLabels& labels, LabelBounds& bounds);

// Scopes merged by their exported labels: `Value` is what is kept for each.
template <class Value>
class MergedScopes {
 public:
  struct Scope {
    domain::ScopeKind scope = domain::ScopeKind::kQueue;
    domain::Kind kind = domain::Kind::kCall;
    LabelSet labels;
    Value value;
  };

  // The place of these labels, made if new; `is_new` tells which.
  std::pair<Scope&, bool> At(const pipeline::ScopeLabels& labels, LabelSet exported) {
    std::string key(1, static_cast<char>('0' + static_cast<int>(labels.scope)));
    key.append(exported.text());
    const auto [it, is_new] = index_.try_emplace(std::move(key), scopes_.size());
    if (is_new) {
      scopes_.push_back(Scope{.scope = labels.scope,
                              .kind = labels.kind,
                              .labels = std::move(exported),
                              .value = {}});
    }
    return {scopes_[it->second], is_new};
  }
  // In the order in which they were made.
  const std::vector<Scope>& scopes() const { return scopes_; }
  std::vector<Scope>& scopes() { return scopes_; }

 private:
  std::vector<Scope> scopes_;
  StringMap<size_t> index_;
};

// What a page shows of the ledger's totals, copied under one lock.
struct TotalsSnapshot {
  using Cells = std::vector<pipeline::PublishedCell>;  // ascending by cell
  MergedScopes<Cells> scopes;                          // those of the page
  // Label sets, of either page, that are part of `other` because of this label.
  std::array<int64_t, kOpenLabelCount> dropped{};
};
TotalsSnapshot TakeTotals(const pipeline::PublishedLedger& ledger, Page page, LabelBounds& bounds);

}  // namespace touchline::adapters
