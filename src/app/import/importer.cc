#include "app/import/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "app/config_mistakes.h"
#include "app/import/csv.h"
#include "app/import/event_fields.h"
#include "base/hash.h"
#include "base/rfc3339.h"

namespace touchline::app {
namespace {

// A row makes at most 14 events and an opening.
constexpr uint64_t kEventsPerRow = 16;

const std::string kNone;

bool IsMadeByConversation(std::string_view column) {
  return column == kConversationColumn || column == kAuthorColumn || column == kStarterColumn;
}

void Collect(const std::vector<std::string>& names, std::set<std::string>* all) {
  all->insert(names.begin(), names.end());
}

void Collect(const EventRule& rule, std::set<std::string>* all) {
  for (const Condition& condition : rule.when) all->insert(condition.column);
  for (const auto& [name, value] : rule.data) {
    if (!value.column.empty()) all->insert(value.column);
  }
}

std::string FileStem(std::string_view path) {
  const size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace

// An event whose texts are owned, until the whole row is known to be good.
struct Importer::Built {
  domain::EventType type;
  Fields fields;
};

Importer::Importer(const Mapping* mapping, OnBadRow on_bad_row)
    : mapping_(mapping), on_bad_row_(std::move(on_bad_row)) {
  NameColumns();
}

void Importer::NameColumns() {
  std::set<std::string> names = {mapping_->time.column};
  Collect(mapping_->subject, &names);
  Collect(mapping_->conversation.id, &names);
  Collect(mapping_->conversation.parent, &names);
  if (mapping_->has_conversation()) {
    names.insert(mapping_->conversation.speaker);
    for (const std::string_view made : {kConversationColumn, kAuthorColumn, kStarterColumn}) {
      names.insert(std::string(made));
    }
  }
  if (mapping_->opening) Collect(*mapping_->opening, &names);
  for (const EventRule& rule : mapping_->events) Collect(rule, &names);
  columns_.assign(names.begin(), names.end());
}

size_t Importer::Column(std::string_view name) const {
  return static_cast<size_t>(std::find(columns_.begin(), columns_.end(), name) - columns_.begin());
}

const std::string& Importer::Cell(const Row& row, std::string_view column) const {
  const auto at = std::lower_bound(columns_.begin(), columns_.end(), column);
  return row.cells[static_cast<size_t>(at - columns_.begin())];
}

std::string Importer::Join(const Row& row, const std::vector<std::string>& columns) const {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += '-';
    text += Cell(row, column);
  }
  return text;
}

void Importer::Bad(const Row& row, std::string_view message) {
  ++counts_.bad;
  on_bad_row_(fmt::format("{}:{}: {}", files_[row.file], row.line, message));
}

std::vector<std::string> Importer::Add(std::string_view file_name, std::string_view text) {
  const auto file = static_cast<uint32_t>(files_.size());
  files_.emplace_back(file_name);
  CsvReader reader(text, mapping_->delimiter == "tab" ? '\t' : mapping_->delimiter[0]);
  const std::optional<CsvRow> header = reader.Next();
  if (!header || !header->fault.empty()) {
    return {fmt::format("{}:1: {}", file_name, header ? header->fault : "there is no header line")};
  }
  std::vector<std::string> mistakes;
  std::vector<std::optional<size_t>> places;  // of columns_ in the file
  const std::vector<std::string_view> known(header->cells.begin(), header->cells.end());
  for (const std::string& column : columns_) {
    places.emplace_back();
    if (IsMadeByConversation(column) && mapping_->has_conversation()) continue;
    const auto found = std::find(known.begin(), known.end(), column);
    if (found != known.end()) {
      places.back() = static_cast<size_t>(found - known.begin());
      continue;
    }
    const std::string_view nearest = Nearest(column, known);
    mistakes.push_back(fmt::format("{}:1: there is no column '{}'{}", file_name, column,
                                   nearest.empty()
                                       ? fmt::format("; it has: {}", fmt::join(known, ", "))
                                       : fmt::format("; did you mean '{}'?", nearest)));
  }
  if (!mistakes.empty()) return mistakes;
  while (const std::optional<CsvRow> row = reader.Next()) {
    ++counts_.rows;
    if (!row->fault.empty()) {
      Bad(Row{.line = row->line, .file = file}, row->fault);
    } else if (row->cells.size() != known.size()) {
      Bad(Row{.line = row->line, .file = file},
          fmt::format("{} cells where the header has {}", row->cells.size(), known.size()));
    } else {
      AddRow(file, row->line, row->cells, places);
    }
  }
  return {};
}

void Importer::AddRow(uint32_t file, int64_t line, const std::vector<std::string>& cells,
                      const std::vector<std::optional<size_t>>& places) {
  Row row{.line = line, .file = file};
  for (const auto& place : places) row.cells.push_back(place ? cells[*place] : kNone);
  if (!SetTime(&row)) return;
  if (!mapping_->has_conversation()) {
    row.subject = mapping_->subject_prefix + Join(row, mapping_->subject);
    if (row.subject.size() == mapping_->subject_prefix.size()) {
      Bad(row, "the subject is empty");
      return;
    }
    if (row.subject.size() > domain::kMaxIdBytes) {
      Bad(row, fmt::format("the subject has {} bytes, more than {}", row.subject.size(),
                           domain::kMaxIdBytes));
      return;
    }
  }
  rows_.push_back(std::move(row));
}

bool Importer::SetTime(Row* row) {
  const TimeRule& rule = mapping_->time;
  const std::string& cell = Cell(*row, rule.column);
  const auto nanos = rule.format == "rfc3339" ? ParseRfc3339Nanos(cell)
                                              : rule.loaded_zone.ParseNanos(rule.format, cell);
  if (nanos) {
    row->time_ns = *nanos;
    return true;
  }
  Bad(*row, fmt::format("column '{}' is '{}', which is not a time of the form '{}'", rule.column,
                        cell, rule.format));
  return false;
}

// Gives each row of a conversation its subject and the columns that the rule adds; drops the rest.
void Importer::LinkConversations() {
  const ConversationRule& rule = mapping_->conversation;
  std::unordered_map<std::string, const Row*> by_id;
  for (const Row& row : rows_) by_id.emplace(Join(row, rule.id), &row);
  const auto parent_of = [&](const Row& row) -> const Row* {
    if (Cell(row, rule.parent.back()).empty()) return nullptr;
    const auto found = by_id.find(Join(row, rule.parent));
    return found == by_id.end() ? nullptr : found->second;
  };
  std::vector<const Row*> starts;
  for (const Row& row : rows_) starts.push_back(FindStart(row, parent_of));

  std::vector<Row> linked;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (starts[i] == nullptr) {
      ++counts_.unlinked;
      continue;
    }
    const std::string& starter = Cell(*starts[i], rule.speaker);
    Row row = rows_[i];
    row.subject = mapping_->subject_prefix + Join(*starts[i], rule.id);
    row.cells[Column(kConversationColumn)] = row.subject;
    row.cells[Column(kStarterColumn)] = starter;
    row.cells[Column(kAuthorColumn)] = Cell(row, rule.speaker) == starter ? "customer" : "agent";
    linked.push_back(std::move(row));
  }
  rows_ = std::move(linked);
}

const Importer::Row* Importer::FindStart(
    const Row& row, const std::function<const Row*(const Row&)>& parent_of) const {
  const auto depth = static_cast<size_t>(mapping_->conversation.depth);
  const Row* at = &row;
  // Links that run in a circle end here, too: no chain is longer than all rows.
  for (size_t steps = 0; steps <= (depth == 0 ? rows_.size() : depth); ++steps) {
    const Row* parent = parent_of(*at);
    if (parent == at || parent == nullptr) return parent;
    at = parent;
  }
  return nullptr;
}

bool Importer::Applies(const EventRule& rule, const Row& row) const {
  return std::all_of(rule.when.begin(), rule.when.end(), [&](const Condition& condition) {
    const std::string& cell = Cell(row, condition.column);
    return std::any_of(condition.in.begin(), condition.in.end(),
                       [&](const std::string& pattern) { return MatchesPattern(pattern, cell); });
  });
}

// *value stays empty when the field is to be left out.
std::optional<std::string> Importer::Translate(const ValueRule& rule, const Row& row,
                                               std::optional<std::string>* value) const {
  if (rule.column.empty()) {
    *value = rule.value;
    return std::nullopt;
  }
  const std::string& cell = Cell(row, rule.column);
  if (rule.map.empty()) {
    if (!cell.empty()) *value = cell;
    return std::nullopt;
  }
  const std::string* best = nullptr;
  size_t best_rank = 0;
  for (const auto& [pattern, text] : rule.map) {
    if (!MatchesPattern(pattern, cell)) continue;
    const size_t rank = pattern == cell ? std::string::npos : pattern.size();
    if (best == nullptr || rank > best_rank) std::tie(best, best_rank) = std::tuple(&text, rank);
  }
  if (best == nullptr && rule.otherwise) best = &*rule.otherwise;
  if (best == nullptr && !cell.empty()) {
    return fmt::format("column '{}' is '{}', which 'map' does not name", rule.column, cell);
  }
  if (best != nullptr && !best->empty()) *value = *best;
  return std::nullopt;
}

bool Importer::Build(const EventRule& rule, const Row& row, Fields* sent,
                     std::vector<Built>* out) {
  Built built{.type = rule.type};
  for (const auto& [name, value_rule] : rule.data) {
    std::optional<std::string> value;
    if (auto wrong = Translate(value_rule, row, &value)) {
      Bad(row, *wrong);
      return false;
    }
    if (!value) continue;
    domain::Event unused;
    if (auto wrong = AssignField(rule.type, name, *value, &unused)) {
      Bad(row, fmt::format("{}: {} {}", rule.type_name, name, *wrong));
      return false;
    }
    built.fields.emplace(name, *std::move(value));
  }
  if (rule.only_changes) {
    std::erase_if(built.fields, [&](const auto& field) {
      const auto before = sent->find(field.first);
      return before != sent->end() && before->second == field.second;
    });
    if (built.fields.empty()) return true;
  }
  for (const std::string_view name : RequiredFields(rule.type)) {
    if (built.fields.contains(std::string(name))) continue;
    Bad(row, fmt::format("{}: there is no {}", rule.type_name, name));
    return false;
  }
  for (const auto& [name, value] : built.fields) (*sent)[name] = value;
  out->push_back(std::move(built));
  return true;
}

bool Importer::BuildRow(const Row& row, bool first, Fields* sent, std::vector<Built>* out) {
  if (first && mapping_->opening && !Build(*mapping_->opening, row, sent, out)) return false;
  return std::all_of(mapping_->events.begin(), mapping_->events.end(), [&](const EventRule& rule) {
    return !Applies(rule, row) || Build(rule, row, sent, out);
  });
}

void Importer::Send(const Built& built, const Row& row, uint64_t sequence,
                    const std::function<void(const domain::Event&)>& send) {
  domain::Event event;
  for (const auto& [name, value] : built.fields) AssignField(built.type, name, value, &event);
  const std::string id =
      fmt::format("{}:{}.{}", FileStem(files_[row.file]), row.line, sequence % kEventsPerRow);
  event.type = built.type;
  event.time_ns = row.time_ns;
  event.sequence = sequence;
  event.source = mapping_->source;
  event.id = id;
  event.id_hash = HashEventId(event.source, event.id);
  event.subject = row.subject;
  event.partner = mapping_->partner;
  send(event);
  ++counts_.events;
  counts_.last_time_ns = row.time_ns;
}

ImportCounts Importer::Run(const std::function<void(const domain::Event&)>& send) {
  if (mapping_->has_conversation()) LinkConversations();
  // Numbered before the sort: what is told apart by the sequence is the order of the files.
  std::vector<std::pair<const Row*, uint64_t>> order;
  for (const Row& row : rows_) order.emplace_back(&row, order.size() * kEventsPerRow);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first->time_ns < b.first->time_ns;
  });

  std::unordered_map<std::string, Fields> sent_by_subject;
  std::vector<Built> built;
  for (const auto& [row, sequence] : order) {
    const auto known = sent_by_subject.find(row->subject);
    const bool first = known == sent_by_subject.end();
    Fields sent = first ? Fields() : known->second;
    built.clear();
    if (!BuildRow(*row, first, &sent, &built)) continue;
    sent_by_subject[row->subject] = std::move(sent);
    ++(built.empty() ? counts_.unused : counts_.used);
    for (size_t i = 0; i < built.size(); ++i) Send(built[i], *row, sequence + i, send);
  }
  counts_.subjects = static_cast<int64_t>(sent_by_subject.size());
  return counts_;
}

}  // namespace touchline::app
