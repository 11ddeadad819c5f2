#include "app/import/csv.h"

#include <utility>

namespace touchline::app {

CsvReader::CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

std::optional<CsvRow> CsvReader::Next() {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
    if (text_[at_++] == '\n') ++line_;
  }
  if (at_ >= text_.size()) return std::nullopt;

  CsvRow row{.line = line_};
  std::string cell;
  while (true) {
    if (cell.empty() && at_ < text_.size() && text_[at_] == '"') {
      ReadQuoted(&row, &cell);
      if (!row.fault.empty()) return row;
    }
    const bool ends = at_ >= text_.size() || text_[at_] == '\n' ||
                      (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
    if (ends || text_[at_] == delimiter_) {
      row.cells.push_back(std::exchange(cell, {}));
      if (ends) break;
    } else {
      cell.push_back(text_[at_]);
    }
    ++at_;
  }
  SkipLine();
  return row;
}

// On return, at_ is behind the closing quote.
void CsvReader::ReadQuoted(CsvRow* row, std::string* cell) {
  const size_t begin = at_++;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\n') ++line_;
    if (c != '"') {
      cell->push_back(c);
      continue;
    }
    if (at_ < text_.size() && text_[at_] == '"') {
      cell->push_back(text_[at_++]);
      continue;
    }
    const bool closed = at_ == text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n' ||
                        text_[at_] == '\r';
    if (closed) return;
    row->fault = "a closing quote is followed by other text";
    SkipLine();
    return;
  }
  row->fault = "a quote is never closed";
  at_ = begin;
  line_ = row->line;
  SkipLine();
}

void CsvReader::SkipLine() {
  const size_t end = text_.find('\n', at_);
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  if (end != std::string_view::npos) ++line_;
}

}  // namespace touchline::app
