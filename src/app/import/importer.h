#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/mapping.h"
#include "domain/event.h"

namespace touchline::app {

// What became of the rows.
struct ImportCounts {
  int64_t rows = 0;  // = used + unused + unlinked + bad
  int64_t used = 0;      // made at least one event
  int64_t unused = 0;    // no rule applied, or nothing had changed
  int64_t unlinked = 0;  // belong to no conversation, or too deep in it
  int64_t bad = 0;
  int64_t events = 0;
  int64_t subjects = 0;
  std::optional<int64_t> last_time_ns;  // of the events
};

// Turns the rows of one or more exports into events by a mapping. All rows are held in memory and
// made into events in the order of their times; rows of one instant keep the order of the files.
// The same files and mapping give the same events, with the same ids.
class Importer {
 public:
  // Told of each bad row: "FILE:LINE: what is wrong".
  using OnBadRow = std::function<void(const std::string& message)>;

  // The mapping must outlive the importer.
  Importer(const Mapping* mapping, OnBadRow on_bad_row);

  // Reads a CSV text with a header line. Returns what makes the whole file unusable: no header, a
  // column that the mapping needs and the header lacks (all of them, with the nearest that it has).
  std::vector<std::string> Add(std::string_view file_name, std::string_view text);

  // Hands out all events. Views are valid during the call only. `bad` in the counts includes rows
  // whose values break the event contract; what was good of such a row before is not sent either.
  ImportCounts Run(const std::function<void(const domain::Event&)>& send);

 private:
  struct Row {
    int64_t line = 0;
    uint32_t file = 0;
    int64_t time_ns = 0;
    std::string subject;
    std::vector<std::string> cells;  // by column number
  };
  using Fields = std::map<std::string, std::string>;
  struct Built;

  size_t Column(std::string_view name) const;
  void NameColumns();
  void AddRow(uint32_t file, int64_t line, const std::vector<std::string>& cells,
              const std::vector<std::optional<size_t>>& places);
  bool SetTime(Row* row);
  std::string Join(const Row& row, const std::vector<std::string>& columns) const;
  const std::string& Cell(const Row& row, std::string_view column) const;
  void LinkConversations();
  const Row* FindStart(const Row& row,
                       const std::function<const Row*(const Row&)>& parent_of) const;
  void Bad(const Row& row, std::string_view message);

  bool Applies(const EventRule& rule, const Row& row) const;
  std::optional<std::string> Translate(const ValueRule& rule, const Row& row,
                                       std::optional<std::string>* value) const;
  // `sent`: what was last sent about the row's subject, field by field. False: the row is bad.
  bool Build(const EventRule& rule, const Row& row, Fields* sent, std::vector<Built>* out);
  bool BuildRow(const Row& row, bool first, Fields* sent, std::vector<Built>* out);
  void Send(const Built& built, const Row& row, uint64_t sequence,
            const std::function<void(const domain::Event&)>& send);

  const Mapping* mapping_;
  OnBadRow on_bad_row_;
  std::vector<std::string> columns_;
  std::vector<std::string> files_;
  std::vector<Row> rows_;
  ImportCounts counts_;
};

}  // namespace touchline::app
