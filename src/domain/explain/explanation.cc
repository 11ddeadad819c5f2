#include "domain/explain/explanation.h"

#include <utility>

#include "domain/explain/clock_trace.h"
#include "domain/explain/duration_trace.h"
#include "domain/explain/handling_trace.h"
#include "domain/explain/log_row.h"
#include "domain/pseudonym.h"

namespace touchline::domain {
namespace {

Explanation Summary(const Interaction& interaction, const InteractionState& s,
                    const SymbolTable& symbols) {
  Explanation e;
  e.kind = s.kind;
  e.created_at = s.created_at;
  e.end = s.end;
  if (s.ended()) e.ended_at = s.ended_at;
  e.partner = symbols.name(s.partner);
  e.queue = symbols.name(s.queue);
  e.customer = NameOfCustomer(interaction.customer(s.customer));
  e.customer_is_forgotten = IsPseudonym(interaction.customer(s.customer));
  e.priority = symbols.name(s.priority);
  e.tier = symbols.name(s.tier);
  e.segment = symbols.name(s.segment);
  e.status = Name(s.status);
  e.channel = s.channel;
  e.direction = s.direction;
  return e;
}

}  // namespace

std::string_view Name(ClockState state) {
  switch (state) {
    case ClockState::kRunning:
      return "running";
    case ClockState::kOverdue:
      return "overdue";
    case ClockState::kPaused:
      return "paused";
    case ClockState::kStopped:
      return "stopped";
    case ClockState::kCompacted:
      break;
  }
  return "compacted";
}

std::string_view Name(ClockResult result) {
  switch (result) {
    case ClockResult::kOpen:
      return "open";
    case ClockResult::kMet:
      return "met";
    case ClockResult::kBreached:
      return "breached";
    case ClockResult::kCancelled:
      break;
  }
  return "cancelled";
}

std::string_view Name(EndKind end) {
  switch (end) {
    case EndKind::kOpen:
      return "open";
    case EndKind::kEnded:
      return "ended";
    case EndKind::kAbandoned:
      return "abandoned";
    case EndKind::kReaped:
      return "reaped";
    case EndKind::kClosed:
      return "closed";
    case EndKind::kMerged:
      return "merged";
    case EndKind::kReopenWindow:
      break;
  }
  return "reopen_window";
}

Explanation Explain(const Interaction& interaction, const RuleBook& rules, EventTime watermark,
                    const SymbolTable& symbols) {
  ClockTrace clocks(rules, symbols);
  DurationTrace durations(rules);
  HandlingTrace handling(symbols);
  std::vector<LogRow> log;
  if (const InteractionState* base = interaction.base()) {
    clocks.BeginFrom(*base);
    durations.BeginFrom(*base);
    handling.BeginFrom(*base);
  }
  const auto state = interaction.Replay(rules, watermark, [&](const ReplayStep& step) {
    ExplainedCause cause;
    // An hour before due is nothing that happens to the contact.
    if (step.entry != nullptr || step.timer.kind != TimerKind::kHourBeforeDue) {
      cause.row = log.size();
      log.push_back(step.entry != nullptr
                        ? RowOf(*step.entry,
                                NameOfCustomer(interaction.customer(step.entry->customer)), symbols)
                        : RowOf(step.timer));
      cause.what = log.back().what;
    }
    clocks.Step(step, cause);
    durations.Step(step, cause);
    handling.Step(step, cause);
  });
  Explanation explanation = Summary(interaction, state, symbols);
  explanation.watermark = watermark;
  if (interaction.base() != nullptr) {
    explanation.compacted_until = interaction.base()->last_event_at;
  }
  explanation.log = std::move(log);
  explanation.clocks = clocks.Finish(watermark);
  explanation.durations = durations.Finish();
  explanation.handling = handling.Finish();
  return explanation;
}

}  // namespace touchline::domain
