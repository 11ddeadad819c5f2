#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchline::app {

// One record of a CSV text.
struct CsvRow {
  int64_t line = 0;  // of its first character, from 1
  std::vector<std::string> cells;
  std::string fault;  // not empty: what is wrong with it; `cells` is then of no use
};

// Reads RFC 4180 text: cells in double quotes may hold delimiters, line breaks and doubled quotes;
// lines end in LF or CRLF; a byte order mark is skipped, and so are empty lines. After a fault,
// reading goes on at the next line.
class CsvReader {
 public:
  // The text must outlive the reader.
  explicit CsvReader(std::string_view text, char delimiter = ',');

  // nullopt at the end.
  std::optional<CsvRow> Next();

 private:
  void ReadQuoted(CsvRow* row, std::string* cell);
  void SkipLine();

  std::string_view text_;
  size_t at_ = 0;
  int64_t line_ = 1;
  char delimiter_;
};

}  // namespace touchline::app
