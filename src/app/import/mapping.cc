#include "app/import/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/json/event_contract.h"
#include "adapters/yaml/yaml_tree.h"
#include "app/config_fields.h"
#include "app/config_mistakes.h"
#include "app/config_reference.h"
#include "app/import/event_fields.h"
#include "app/schema_reader.h"

namespace touchline::app {
namespace {

using namespace schema;  // NOLINT: the rows below are its whole use

constexpr Range kName{1, 256};
constexpr size_t kMaxRules = 14;  // a row's events are numbered within 16, openings included

std::optional<std::string> CheckType(const Value& value) {
  if (json::FindEventType(value.text)) return std::nullopt;
  std::vector<std::string_view> names;
  for (size_t i = 0; i < domain::kEventTypeCount; ++i) {
    names.push_back(domain::Name(static_cast<domain::EventType>(i)));
  }
  const std::string_view nearest = Nearest(value.text, names);
  return fmt::format("is '{}', which is not a type of the event contract{}", value.text,
                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
}

Field OtherwiseField() {
  return {.name = "otherwise",
          .type = ValueType::kText,
          .presence = Field::Presence::kOptional,
          .max = 256,
          .help = "The value for cells that `map` does not name; empty leaves the field out. "
                  "Without `otherwise`, such a row is bad.",
          .set = [](void* o, const Value& v) { static_cast<ValueRule*>(o)->otherwise = v.text; },
          .show = [](const void*) { return std::string(); }};
}

Section When() {
  return ListOf("when", &EventRule::when, "Conditions on the row; all must hold.", "",
                {Required(TextField("column", &Condition::column, kName, "A column's name.")),
                 Required(TextListField("in", &Condition::in,
                                        "Cells for which it holds; a '*' at the end stands for "
                                        "any rest."))});
}

Section Data() {
  return MapOf("data", &EventRule::data, static_cast<ValueRule EventRule::*>(nullptr),
               "The fields of the event's `data`, by name. An empty cell leaves its field out.", "",
               {Optional(TextField("column", &ValueRule::column, kName,
                                   "The column with the value.")),
                Optional(TextField("value", &ValueRule::value, kName,
                                   "A constant, in place of `column`.")),
                Optional(TextMapField("map", &ValueRule::map,
                                      "Cell to value. A '*' at the end of a cell stands for any "
                                      "rest.")),
                OtherwiseField()});
}

Field TypeField() {
  return Required(Checked(
      CheckType, TextField("type", &EventRule::type_name, kName, "The event's type.")));
}

Field OnlyChanges() {
  return BoolField("only_changes", &EventRule::only_changes,
                   "Send only the fields that differ from what was last sent about the subject, "
                   "and no event when none does.");
}

std::optional<std::string> CheckDelimiter(const Value& value) {
  if (value.text == "tab" || (value.text.size() == 1 && value.text != "\"")) return std::nullopt;
  return fmt::format("is '{}'; write one character or tab", value.text);
}

Section Opening() {
  return {.name = "opening",
          .optional = true,
          .help = "The event that comes before the first row of each subject, at its time.",
          .fields = {TypeField()},
          .sections = {Data()},
          .enter = [](void* o, const std::string&) -> void* {
            return &static_cast<Mapping*>(o)->opening.emplace();
          },
          .sample = [](const void*) -> std::shared_ptr<const void> {
            return std::make_shared<const EventRule>();
          }};
}

Section Time() {
  return GroupOf("time", &Mapping::time, "When the row happened.",
                 {Required(TextField("column", &TimeRule::column, kName, "A column's name.")),
                  TextField("format", &TimeRule::format, kName,
                            "`rfc3339`, or a pattern of strptime; %E*S reads fractions of a "
                            "second, %Ez an offset."),
                  TextField("zone", &TimeRule::zone, kName,
                            "IANA time zone of times without an offset.")});
}

Section Conversation() {
  using C = ConversationRule;
  return GroupOf(
      "conversation", &Mapping::conversation,
      "For logs whose rows reply to rows. A row that names itself as its parent starts a "
      "conversation; the replies below it share its subject. Adds the columns `@conversation` (the "
      "start's id), `@author` (`customer` where the starter speaks, else `agent`) and `@starter`.",
      {Optional(TextListField("id", &C::id, "Columns that together name a row.")),
       Optional(TextListField("parent", &C::parent,
                              "Columns that name its parent in the same way. Rows whose last one "
                              "is empty belong to no conversation.")),
       NumberField("depth", ValueType::kInteger, &C::depth, {0, 1000},
                   "How far below the start a reply may stand: 1 takes direct replies only, 0 "
                   "any."),
       Optional(TextField("speaker", &C::speaker, kName, "The column with who speaks."))});
}

const Section& MappingSchema() {
  static const Section root{
      .fields = {Required(TextField("source", &Mapping::source, {1, 1024},
                                    "The CloudEvents `source` of every event.")),
                 Required(TextField("topic", &Mapping::topic, {1, 249},
                                    "The topic to send to; recorded in the configuration.")),
                 Optional(TextField("partner", &Mapping::partner, {1, 128},
                                    "The attribute `partner` of every event.")),
                 Checked(CheckDelimiter,
                         TextField("delimiter", &Mapping::delimiter, {1, 3},
                                   "What separates the cells of a row: one character, or `tab`.")),
                 Optional(TextListField("subject", &Mapping::subject,
                                        "Columns that name the row's subject (call, chat, ticket), "
                                        "joined by '-'. Not with `conversation`.")),
                 Optional(TextField("subject_prefix", &Mapping::subject_prefix, {1, 64},
                                    "Stands before each subject."))},
      .sections = {Time(), Conversation(), Opening(),
                   ListOf("events", &Mapping::events,
                          "Tried for every row in this order; each that applies makes an event.",
                          "", {TypeField(), OnlyChanges()}, {When(), Data()})},
      .enter = [](void* o, const std::string&) { return o; },
      .sample = [](const void*) -> std::shared_ptr<const void> {
        return std::make_shared<const Mapping>();
      }};
  return root;
}

void CheckValue(const EventRule& rule, const std::string& name, const ValueRule& value,
                const std::string& path, Mistakes* mistakes) {
  const std::vector<std::string_view> names = FieldNames(rule.type);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string_view nearest = Nearest(name, names);
    mistakes->AddAt(path, fmt::format("is not a field of {}{}", rule.type_name,
                                      nearest.empty()
                                          ? fmt::format("; it has {}", fmt::join(names, ", "))
                                          : fmt::format("; did you mean '{}'?", nearest)));
    return;
  }
  if (value.column.empty() == value.value.empty()) {
    mistakes->AddAt(path, "needs either 'column' or 'value'");
  }
  domain::Event unused;
  const auto check = [&](const std::string& key, const std::string& text) {
    if (text.empty()) return;
    const auto wrong = AssignField(rule.type, name, text, &unused);
    if (wrong) mistakes->AddAt(path + key, *wrong);
  };
  check(".value", value.value);
  for (const auto& [cell, text] : value.map) check(".map", text);
  check(".otherwise", value.otherwise.value_or(""));
}

void CheckRule(EventRule* rule, const std::string& path, Mistakes* mistakes) {
  const auto type = json::FindEventType(rule->type_name);
  if (!type) return;
  rule->type = *type;
  std::vector<std::string_view> given;
  for (const auto& [name, value] : rule->data) {
    given.push_back(name);
    CheckValue(*rule, name, value, path + ".data." + name, mistakes);
  }
  for (const std::string_view name : RequiredFields(*type)) {
    if (!rule->data.contains(std::string(name))) {
      mistakes->AddAt(path + ".data", fmt::format("lacks '{}', which {} requires", name,
                                                  rule->type_name));
    }
  }
  if (LacksOneOf(*type, given)) {
    mistakes->AddAt(path + ".data", fmt::format("names none of the fields that {} must have one of",
                                                rule->type_name));
  }
}

void CheckConversation(const Mapping& mapping, Mistakes* mistakes) {
  const ConversationRule& rule = mapping.conversation;
  if (!mapping.has_conversation()) {
    if (mapping.subject.empty()) mistakes->AddAt("subject", "is required without 'conversation'");
    return;
  }
  if (!mapping.subject.empty()) mistakes->AddAt("subject", "excludes 'conversation'");
  if (rule.parent.size() != rule.id.size()) {
    mistakes->AddAt("conversation.parent", "must have as many columns as 'conversation.id'");
  }
  if (rule.speaker.empty()) mistakes->AddAt("conversation.speaker", "is required");
}

void CheckMapping(Mapping* mapping, Mistakes* mistakes) {
  CheckConversation(*mapping, mistakes);
  if (const auto zone = TimeZone::Load(mapping->time.zone)) {
    mapping->time.loaded_zone = *zone;
  } else {
    mistakes->AddAt("time.zone", fmt::format("'{}' is not a time zone of this machine's database",
                                             mapping->time.zone));
  }
  if (mapping->opening) CheckRule(&*mapping->opening, "opening", mistakes);
  if (mapping->events.size() > kMaxRules) {
    mistakes->AddAt("events", fmt::format("has more than {} entries", kMaxRules));
  }
  for (size_t i = 0; i < mapping->events.size(); ++i) {
    CheckRule(&mapping->events[i], fmt::format("events[{}]", i), mistakes);
  }
  if (mapping->events.empty() && !mapping->opening) {
    mistakes->AddAt("events", "is required: there is no event to make");
  }
}

}  // namespace

LoadedMapping ReadMapping(std::string_view file_name, std::string_view text) {
  Mistakes mistakes;
  const yaml::Document document = yaml::Parse(text);
  for (const yaml::Problem& problem : document.problems) {
    mistakes.Add(problem.at, {}, problem.message);
  }
  LoadedMapping loaded;
  if (document.complete) {
    ReadBySchema(MappingSchema(), document.root, &loaded.mapping, &mistakes);
    CheckMapping(&loaded.mapping, &mistakes);
  }
  loaded.mistakes = mistakes.Lines({std::string(file_name)});
  return loaded;
}

std::string MappingReference() {
  std::string out =
      "\n## Import mappings\n"
      "\n"
      "`touchline import --mapping FILE` reads how the rows of an export become events.\n"
      "`config/import/` has examples.\n";
  AppendReference(MappingSchema(), &out);
  return out;
}

bool MatchesPattern(std::string_view pattern, std::string_view cell) {
  if (!pattern.ends_with('*')) return pattern == cell;
  return cell.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace touchline::app
