#include "adapters/prometheus/scope_table.h"

#include <algorithm>

namespace touchline::adapters {
namespace {

using domain::ScopeKind;
using pipeline::PublishedCell;

std::string_view OrNone(std::string_view value) { return value.empty() ? kNoValue : value; }

OpenLabel SubjectLabel(ScopeKind scope) {
  switch (scope) {
    case ScopeKind::kQueue:
    case ScopeKind::kContact:
    case ScopeKind::kSla:
      return OpenLabel::kQueue;
    case ScopeKind::kHolder:
      return OpenLabel::kHolder;
    case ScopeKind::kAgent:
      return OpenLabel::kAgent;
    case ScopeKind::kJourney:
      return OpenLabel::kSegment;
    case ScopeKind::kSource:
      return OpenLabel::kSource;
    case ScopeKind::kStage:
      break;
  }
  return OpenLabel::kStage;
}

void MergeCell(const PublishedCell& from, PublishedCell* into) {
  into->added += from.added;
  into->withdrawn += from.withdrawn;
  if (from.corrected_at && (!into->corrected_at || *from.corrected_at < *into->corrected_at)) {
    into->corrected_at = from.corrected_at;
  }
}

void MergeCells(const TotalsSnapshot::Cells& from, TotalsSnapshot::Cells* into) {
  TotalsSnapshot::Cells merged;
  merged.reserve(from.size() + into->size());
  auto left = into->begin();
  for (const PublishedCell& cell : from) {
    for (; left != into->end() && left->cell < cell.cell; ++left) merged.push_back(*left);
    merged.push_back(cell);
    if (left != into->end() && left->cell == cell.cell) MergeCell(*left++, &merged.back());
  }
  merged.insert(merged.end(), left, into->end());
  *into = std::move(merged);
}

}  // namespace

ExportedLabels ExportLabels(const pipeline::ScopeLabels& labels, LabelBounds& bounds) {
  ExportedLabels exported;
  const auto add = [&](OpenLabel label, std::string_view raw) {
    const LabelBounds::Bounded bounded = bounds.Bound(label, raw);
    exported.labels.Add(Name(label), bounded.value);
    exported.is_dropped[static_cast<size_t>(label)] = bounded.is_dropped;
  };
  const bool has_partner = labels.scope != ScopeKind::kSource && labels.scope != ScopeKind::kStage;
  if (has_partner) add(OpenLabel::kPartner, labels.partner);
  if (has_partner && labels.scope != ScopeKind::kJourney) {
    exported.labels.Add("kind", domain::Name(labels.kind));
    exported.labels.Add("channel", OrNone(domain::Name(labels.channel)));
  }
  add(SubjectLabel(labels.scope), labels.subject);
  if (labels.scope == ScopeKind::kQueue) {
    exported.labels.Add("direction", OrNone(domain::Name(labels.direction)));
  }
  if (labels.scope == ScopeKind::kSla || labels.scope == ScopeKind::kHolder) {
    add(OpenLabel::kPolicy, labels.policy);
  }
  return exported;
}

TotalsSnapshot TakeTotals(const pipeline::PublishedLedger& ledger, Page page,
                          LabelBounds& bounds) {
  TotalsSnapshot snapshot;
  // Both pages' labels are bounded whichever is asked for: so what is admitted does not depend on
  // which page is scraped first.
  ledger.VisitTotals([&](const pipeline::ScopeLabels& labels, const TotalsSnapshot::Cells& cells) {
    ExportedLabels exported = ExportLabels(labels, bounds);
    for (size_t i = 0; i < kOpenLabelCount; ++i) snapshot.dropped[i] += exported.is_dropped[i];
    if (!IsOn(page, labels.scope)) return;
    const auto [scope, is_new] = snapshot.scopes.At(labels, std::move(exported.labels));
    if (is_new) {
      scope.value = cells;
    } else {
      MergeCells(cells, &scope.value);
    }
  });
  return snapshot;
}

}  // namespace touchline::adapters
