#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "pipeline/keys.h"
#include "pipeline/ports.h"
#include "pipeline/published.h"
#include "tests/support/fake_store.h"
#include "tests/support/naive/net_values.h"

namespace touchline::sim {

// What a task's first row says.
struct Position {
  pipeline::Offset next_offset = 0;
  uint64_t next_sequence = 1;  // of its outbox
  EventTime watermark = EventTime::Min();
  EventTime highest = EventTime::Min();
  bool is_final = false;
};

// All from a store's rows. A task that has never committed stands at the beginning.
Position ReadPosition(const test::FakeStore::Rows& rows, pipeline::TaskKey task);
// By sender, the highest sequence that a journeys task has taken.
std::map<std::string, uint64_t> ReadUpstream(const test::FakeStore::Rows& rows,
                                             pipeline::TaskKey task);
// Adds the task's values, net, of that kind of row.
void ReadValues(const test::FakeStore::Rows& rows, pipeline::TaskKey task, pipeline::RowKind kind,
                naive::NetValues* values);
// Lowers the longest waits to the task's.
void ReadWaiting(const test::FakeStore::Rows& rows, pipeline::TaskKey task,
                 naive::LongestWaiting* waiting);

// A row, other than what waits to be sent, with these bytes in its key or value; empty: none has
// them.
std::string FindText(const test::FakeStore::Rows& rows, pipeline::TaskKey task,
                     std::string_view text);

// What is wrong among a task's entities and the rows that belong to them: a wake-up that its entity
// does not know, or the other way round; parts of an entity that is gone. Empty: nothing.
std::string FindOrphan(const test::FakeStore::Rows& rows, pipeline::TaskKey task);

// The totals and waits that readers of a process see.
naive::NetValues PublishedTotals(const pipeline::PublishedLedger& published);
naive::LongestWaiting PublishedWaiting(const pipeline::PublishedLedger& published);

}  // namespace touchline::sim
