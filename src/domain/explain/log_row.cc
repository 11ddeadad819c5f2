#include "domain/explain/log_row.h"

#include <string>

namespace touchline::domain {
namespace {

class Fields {
 public:
  explicit Fields(LogRow* row) : row_(*row) {}
  void Add(std::string_view name, std::string_view value) {
    if (!value.empty()) row_.fields.emplace_back(name, value);
  }
  void AddIf(bool is_so, std::string_view name, std::string_view value) {
    if (is_so) Add(name, value);
  }

 private:
  LogRow& row_;
};

bool IsMessage(EventType type) {
  return type == EventType::kChatMessage || type == EventType::kTicketMessage;
}

// As in the label `to` of transfers.
std::string_view NameOfTo(uint8_t to) {
  switch (to) {
    case 1:
      return "queue";
    case 2:
      return "agent";
    case 3:
      return "external";
    default:
      return "";
  }
}

std::string_view NameOf(TimerKind kind) {
  switch (kind) {
    case TimerKind::kSilentAbandon:
      return "silent_abandon";
    case TimerKind::kReaper:
      return "reaper";
    case TimerKind::kReopenWindow:
      return "reopen_window";
    case TimerKind::kPolicyChange:
      return "policy_change";
    case TimerKind::kAtRisk:
      return "at_risk";
    case TimerKind::kBreach:
      return "breach";
    case TimerKind::kHourBeforeDue:
      break;
  }
  return "hour_before_due";
}

}  // namespace

LogRow RowOf(const LogEntry& e, std::string_view customer, const SymbolTable& symbols) {
  LogRow row = {.at = e.time(), .what = std::string(Name(e.type)), .is_timer = false, .fields = {}};
  Fields fields(&row);
  if (e.sequence_plus != 0) fields.Add("sequence", std::to_string(e.sequence_plus - 1));
  fields.Add("partner", symbols.name(e.partner));
  fields.Add("queue", symbols.name(e.queue));
  fields.Add("agent", symbols.name(e.agent));
  fields.Add("team", symbols.name(e.team));
  fields.Add("by", Name(e.by));
  fields.Add("by_agent", symbols.name(e.by_agent));
  fields.Add("author", Name(e.author));
  fields.Add("status", Name(e.status));
  fields.Add("cause", Name(e.cause));
  fields.Add("to", NameOfTo(e.to));
  fields.AddIf(e.to != 0, "transfer", e.has(LogEntry::kWarm) ? "warm" : "blind");
  fields.Add("customer", customer);
  fields.Add("priority", symbols.name(e.priority));
  fields.Add("tier", symbols.name(e.tier));
  fields.Add("segment", symbols.name(e.segment));
  fields.Add("reason", symbols.name(e.reason));
  fields.Add("initiator", Name(e.initiator));
  fields.Add("channel", Name(e.channel));
  fields.Add("direction", Name(e.direction));
  fields.AddIf(IsMessage(e.type), "visibility",
               e.has(LogEntry::kInternal) ? "internal" : "public");
  fields.AddIf(e.has(LogEntry::kAutomated), "automated", "true");
  fields.AddIf(e.has(LogEntry::kBot), "bot", "true");
  fields.AddIf(e.has(LogEntry::kLinked), "related", "true");
  fields.AddIf(e.has(LogEntry::kRepeatedInfo), "repeated_info", "true");
  fields.AddIf(e.has(LogEntry::kResolvedKnown), "resolved",
               e.has(LogEntry::kResolved) ? "true" : "false");
  return row;
}

LogRow RowOf(const Timer& timer) {
  LogRow row = {.at = timer.due,
                .what = std::string(NameOf(timer.kind)),
                .is_timer = true,
                .fields = {}};
  const bool is_of_a_clock = timer.kind >= TimerKind::kAtRisk;
  Fields(&row).AddIf(is_of_a_clock, "target", Name(timer.target));
  return row;
}

}  // namespace touchline::domain
