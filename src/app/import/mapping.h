#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "domain/event.h"

namespace touchline::app {

// How the rows of an export become events: the content of a mapping file.

// Where a field's value comes from: a constant, or a column, perhaps translated.
struct ValueRule {
  std::string column;  // empty: `value`
  std::string value;
  // Cell to value. A pattern that ends in '*' matches every cell that begins so; exact ones and
  // longer ones win. Empty: the cell itself.
  std::map<std::string, std::string> map;
  // For cells that `map` does not name; absent: such a row is bad. Empty: the field is left out.
  std::optional<std::string> otherwise;
};

struct Condition {
  std::string column;
  std::vector<std::string> in;  // patterns as in ValueRule::map
};

struct EventRule {
  std::string type_name;
  domain::EventType type = domain::EventType::kTicketUpdated;
  // Only fields that differ from what was last sent about the subject; no event when none does.
  bool only_changes = false;
  std::vector<Condition> when;  // all must hold
  std::map<std::string, ValueRule> data;
};

// Rows that reply to rows. A row that names itself as its parent starts a conversation; it and the
// replies below it, down to `depth`, are one subject. Rows without a parent belong to none.
struct ConversationRule {
  std::vector<std::string> id;      // columns that name the row; empty: there is no conversation
  std::vector<std::string> parent;  // columns that name its parent; the last one empty: no parent
  int32_t depth = 1;                // 1: direct replies only; 0: any
  std::string speaker;              // column
};

struct TimeRule {
  std::string column;
  std::string format = "rfc3339";  // or a pattern of strptime, with %E*S for fractions
  std::string zone = "UTC";        // IANA; where the pattern has no offset
  TimeZone loaded_zone;
};

struct Mapping {
  std::string source;
  std::string topic;
  std::string partner;  // empty: the topic's configuration says it
  std::string delimiter = ",";
  std::vector<std::string> subject;  // columns, joined by '-'
  std::string subject_prefix;
  TimeRule time;
  ConversationRule conversation;
  std::optional<EventRule> opening;  // before the subject's first row
  std::vector<EventRule> events;     // every one that applies, in this order

  bool has_conversation() const { return !conversation.id.empty(); }
};

// Columns that a conversation adds: its start's id; `customer` where the row's speaker started it,
// else `agent`; and who started it.
inline constexpr std::string_view kConversationColumn = "@conversation";
inline constexpr std::string_view kAuthorColumn = "@author";
inline constexpr std::string_view kStarterColumn = "@starter";

struct LoadedMapping {
  Mapping mapping;
  std::vector<std::string> mistakes;  // as LoadedConfig's
  bool ok() const { return mistakes.empty(); }
};
// Types and fields are checked against the event contract.
LoadedMapping ReadMapping(std::string_view file_name, std::string_view text);

// The chapter on mappings for docs/configuration.md.
std::string MappingReference();

// Whether the pattern ('*' at its end matches any rest) matches the cell.
bool MatchesPattern(std::string_view pattern, std::string_view cell);

}  // namespace touchline::app
