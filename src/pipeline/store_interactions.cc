#include "pipeline/store_interactions.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "domain/interaction/interaction.h"
#include "domain/rule_book.h"
#include "pipeline/stored_task.h"

namespace touchline::pipeline {
namespace {

constexpr std::array<domain::Kind, 3> kKinds = {domain::Kind::kCall, domain::Kind::kChat,
                                                domain::Kind::kTicket};

tl::unexpected<Error> Unreadable(std::string message) {
  return Fatal(std::move(message), ExitCode::kStateUnreadable);
}

// What a task's interactions are folded with.
struct TaskFacts {
  EventTime watermark;
  domain::SymbolTable symbols;
  std::optional<domain::RuleBook> rules;
};

// REQUIRES: the task has been sealed, as every one with an entity has.
Result<std::unique_ptr<TaskFacts>> ReadFacts(StateReader* reader, TaskKey task) {
  auto facts = std::make_unique<TaskFacts>();
  Watermark watermark({});
  const auto position = ReadPosition(reader, task, &watermark);
  if (!position) return tl::unexpected(position.error());
  facts->watermark = watermark.value();
  if (auto s = ReadSymbols(reader, task, &facts->symbols); !s) return tl::unexpected(s.error());
  auto sets = ReadRuleSets(reader, task);
  if (!sets) return tl::unexpected(sets.error());
  if (sets->empty()) return Unreadable("a task has interactions and no rules");
  auto book = domain::RuleBook::Build(std::move(*sets), &facts->symbols);
  if (!book) {
    return Unreadable("the rules stored for a task cannot be used on this machine: " +
                      book.error());
  }
  facts->rules = std::move(*book);
  return facts;
}

// nullopt: the task has none by this key.
Result<std::optional<domain::Interaction>> ReadInteraction(StateReader* reader, TaskKey task,
                                                           const std::string& key) {
  const auto row = reader->Get(TableKey(task, Table::kEntities, key));
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  ByteReader in(**row);
  in.Time();  // the wake-up
  domain::Interaction interaction;
  std::optional<Error> failed;
  const bool good = in.ok() && interaction.Load(in.rest(), [&](uint32_t chunk) {
    auto bytes = reader->Get(ChunkKey(task, key, chunk));
    if (!bytes) failed = bytes.error();
    return bytes && *bytes ? **bytes : std::string();
  });
  if (failed) return tl::unexpected(*failed);
  if (!good) return Unreadable("the record of an interaction in the state is damaged");
  return interaction;
}

bool IsMeant(const InteractionsPlace& place, const InteractionQuery& query) {
  return (!query.name_space || *query.name_space == place.name_space) &&
         (!query.topic || *query.topic == place.topic);
}

Status FindIn(const InteractionsPlace& place, StateReader* reader, const InteractionQuery& query,
              std::vector<FoundInteraction>* found) {
  std::unique_ptr<TaskFacts> facts;
  std::string key;
  for (const domain::Kind kind : kKinds) {
    if (query.kind && *query.kind != kind) continue;
    AssignInteractionKey(kind, query.id, &key);
    const auto interaction = ReadInteraction(reader, place.task, key);
    if (!interaction) return tl::unexpected(interaction.error());
    if (!*interaction) continue;
    FoundInteraction& one = found->emplace_back(FoundInteraction{.name_space = place.name_space,
                                                                 .topic = place.topic,
                                                                 .partition = place.partition,
                                                                 .kind = kind,
                                                                 .ended_at = {},
                                                                 .explanation = {}});
    one.ended_at = (*interaction)->state().ended_at;
    if ((*interaction)->is_tombstone()) continue;
    if (!facts) {
      auto read = ReadFacts(reader, place.task);
      if (!read) return tl::unexpected(read.error());
      facts = std::move(*read);
    }
    one.explanation =
        domain::Explain(**interaction, *facts->rules, facts->watermark, facts->symbols);
  }
  return {};
}

}  // namespace

Result<std::vector<FoundInteraction>> StoreInteractions::Find(
    const InteractionQuery& query) const {
  const auto snapshot = store_.Snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  std::vector<FoundInteraction> found;
  for (const InteractionsPlace& place : places_) {
    if (!IsMeant(place, query)) continue;
    if (auto s = FindIn(place, snapshot->get(), query, &found); !s) {
      return tl::unexpected(s.error());
    }
  }
  std::sort(found.begin(), found.end(), [](const FoundInteraction& a, const FoundInteraction& b) {
    return std::tie(a.name_space, a.topic, a.kind, a.partition) <
           std::tie(b.name_space, b.topic, b.kind, b.partition);
  });
  return found;
}

}  // namespace touchline::pipeline
