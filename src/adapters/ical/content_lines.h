#pragma once

#include <string>
#include <string_view>

namespace touchline::ical {

// One property of an iCalendar text, unfolded, without its line end.
struct ContentLine {
  int number = 0;  // of its first line in the text, from 1
  std::string text;

  // The name in upper case: what stands before the first ';' or ':'.
  std::string Name() const;
  // What stands behind the first ':'; of lines without parameters, the value.
  std::string_view Value() const;
};

// Walks the content lines of a text: a line that begins with a space or a tab continues the one
// before it. Lines end with CRLF or, as many files do, LF. Empty ones are passed over.
class ContentLines {
 public:
  explicit ContentLines(std::string_view text) : rest_(text) {}
  // False at the end of the text.
  bool Next(ContentLine* line);

 private:
  std::string_view TakeLine();

  std::string_view rest_;
  int number_ = 0;  // of the line taken last
};

}  // namespace touchline::ical
