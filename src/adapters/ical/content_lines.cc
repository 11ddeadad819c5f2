#include "adapters/ical/content_lines.h"

#include <algorithm>

namespace touchline::ical {

std::string ContentLine::Name() const {
  std::string name = text.substr(0, text.find_first_of(";:"));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

std::string_view ContentLine::Value() const {
  const size_t colon = text.find(':');
  return colon == std::string::npos ? std::string_view()
                                    : std::string_view(text).substr(colon + 1);
}

std::string_view ContentLines::TakeLine() {
  const size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return line;
}

bool ContentLines::Next(ContentLine* line) {
  line->text.clear();
  while (!rest_.empty() && line->text.empty()) {
    line->text = TakeLine();
    line->number = number_;
  }
  while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) {
    line->text += TakeLine().substr(1);
  }
  return !line->text.empty();
}

}  // namespace touchline::ical
