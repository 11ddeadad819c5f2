#include "pipeline/store_waiting.h"

#include <memory>
#include <string>

#include "domain/symbols.h"
#include "pipeline/keys.h"
#include "pipeline/stored_task.h"

namespace touchline::pipeline {
namespace {

Status Damaged() {
  return Fatal("a row of waits in the state is damaged", ExitCode::kStateUnreadable);
}

Status VisitPlace(const InteractionsPlace& place, StateReader* reader,
                  const WaitingSource::Visitor& visit) {
  domain::SymbolTable symbols;
  if (auto s = ReadSymbols(reader, place.task, &symbols); !s) return s;
  const auto name = [&symbols](domain::Symbol s) { return symbols.name(s); };
  const std::string begin = TablePrefix(place.task, Table::kWaiting);
  bool good = true;
  const Status read =
      reader->Scan(begin, PrefixEnd(begin), [&](std::string_view key, std::string_view value) {
        key.remove_prefix(begin.size());
        const auto row = DecodeWaitingRow(value);
        good = !key.empty() && row && AllNamed(row->scope, symbols);
        if (!good) return false;
        visit(LabelsOf(row->scope, name), {.id = InteractionId(key),
                                           .name_space = place.name_space,
                                           .topic = place.topic,
                                           .partition = place.partition,
                                           .since = row->since});
        return true;
      });
  if (!read) return read;
  return good ? Status() : Damaged();
}

}  // namespace

Status StoreWaiting::VisitWaiting(const Visitor& visit) const {
  const auto snapshot = store_.Snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  for (const InteractionsPlace& place : places_) {
    if (auto s = VisitPlace(place, snapshot->get(), visit); !s) return s;
  }
  return {};
}

}  // namespace touchline::pipeline
