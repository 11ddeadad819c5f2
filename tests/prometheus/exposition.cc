#include "tests/prometheus/exposition.h"

#include <cstdlib>
#include <optional>
#include <set>

#include "base/utf8.h"

namespace touchline::test {
namespace {

using Labels = std::map<std::string, std::string>;

std::string Key(const std::string& name, const Labels& labels) {
  std::string key = name + "{";
  for (const auto& [label, value] : labels) {
    if (key.back() != '{') key += ",";
    key += label + "=\"" + value + "\"";
  }
  return key + "}";
}

bool IsName(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const bool is_letter = std::isalpha(static_cast<unsigned char>(name[i])) || name[i] == '_';
    if (!is_letter && (i == 0 || !std::isdigit(static_cast<unsigned char>(name[i])))) return false;
  }
  return !name.empty();
}

// One line `name{labels} value`; nullopt when it is not one.
struct Line {
  std::string name;
  Labels labels;
  std::string value;
};

// Reads `name="value"`, with its escapes, from the start of *rest.
bool TakeLabel(std::string_view* rest, Labels* labels) {
  const size_t equals = rest->find("=\"");
  if (equals == std::string_view::npos || !IsName(rest->substr(0, equals))) return false;
  const std::string name(rest->substr(0, equals));
  rest->remove_prefix(equals + 2);
  std::string value;
  while (!rest->empty() && rest->front() != '"') {
    char c = rest->front();
    rest->remove_prefix(1);
    if (c == '\\') {
      if (rest->empty()) return false;
      c = rest->front();
      rest->remove_prefix(1);
      if (c == 'n') {
        c = '\n';
      } else if (c != '\\' && c != '"') {
        return false;
      }
    }
    value.push_back(c);
  }
  if (rest->empty()) return false;
  rest->remove_prefix(1);
  return labels->emplace(name, value).second;
}

std::optional<Line> ParseLine(std::string_view text) {
  Line line;
  const size_t name_end = text.find_first_of("{ ");
  if (name_end == std::string_view::npos) return std::nullopt;
  line.name = text.substr(0, name_end);
  if (!IsName(line.name)) return std::nullopt;
  text.remove_prefix(name_end);
  if (text.front() == '{') {
    text.remove_prefix(1);
    while (TakeLabel(&text, &line.labels) && !text.empty() && text.front() == ',') {
      text.remove_prefix(1);
    }
    if (text.empty() || text.front() != '}') return std::nullopt;
    text.remove_prefix(1);
  }
  if (text.size() < 2 || text.front() != ' ') return std::nullopt;
  line.value = text.substr(1);
  return line;
}

class Parser {
 public:
  Exposition Parse(std::string_view text) {
    if (!IsValidUtf8(text)) Problem("not valid UTF-8");
    if (!text.empty() && text.back() != '\n') Problem("no line end at the end");
    while (!text.empty()) {
      const size_t end = text.find('\n');
      ReadLine(text.substr(0, end));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
    CheckHistograms();
    return std::move(read_);
  }

 private:
  void Problem(std::string what) { read_.problems.push_back(std::move(what)); }

  void ReadLine(std::string_view text) {
    if (text.starts_with("# HELP ") || text.starts_with("# TYPE ")) {
      const bool is_help = text[2] == 'H';
      text.remove_prefix(7);
      const size_t space = text.find(' ');
      const std::string name(text.substr(0, space));
      const std::string rest(space == std::string_view::npos ? "" : text.substr(space + 1));
      Exposition::Family& family = read_.families[name];
      std::string& field = is_help ? family.help : family.type;
      if (!field.empty()) Problem("family twice: " + name);
      field = rest;
      family_ = name;
      return;
    }
    const std::optional<Line> line = ParseLine(text);
    if (!line) return Problem("not a line: " + std::string(text));
    if (!Belongs(line->name)) Problem("outside its family: " + std::string(text));
    char* end = nullptr;
    const double value = std::strtod(line->value.c_str(), &end);
    if (*end != '\0') Problem("not a number: " + line->value);
    const std::string key = Key(line->name, line->labels);
    if (!read_.values.emplace(key, value).second) Problem("series twice: " + key);
    read_.texts.emplace(key, line->value);
    lines_.push_back(*line);
  }

  bool Belongs(const std::string& name) const {
    const auto it = read_.families.find(family_);
    if (it == read_.families.end()) return false;
    if (it->second.type != "histogram") return name == family_;
    return name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count";
  }

  void CheckHistograms() {
    std::map<std::string, double> last;  // by series without le; they come in the order of le
    for (Line line : lines_) {
      const auto le = line.labels.find("le");
      if (le == line.labels.end()) continue;
      const bool is_infinite = le->second == "+Inf";
      if (!is_infinite && le->second.find('.') == std::string::npos) {
        Problem("le without decimals: " + le->second);
      }
      line.labels.erase(le);
      const std::string base = line.name.substr(0, line.name.size() - 7);
      const double value = std::strtod(line.value.c_str(), nullptr);
      const std::string series = Key(base, line.labels);
      if (last.contains(series) && value < last[series]) Problem("buckets fall: " + series);
      last[series] = value;
      if (is_infinite && read_.values[Key(base + "_count", line.labels)] != value) {
        Problem("count unlike +Inf: " + series);
      }
      if (is_infinite) complete_.insert(series);
    }
    for (const auto& [series, value] : last) {
      if (!complete_.contains(series)) Problem("no +Inf: " + series);
    }
  }

  Exposition read_;
  std::string family_;
  std::vector<Line> lines_;
  std::set<std::string> complete_;
};

}  // namespace

std::string Exposition::At(const std::string& series) const {
  const auto it = texts.find(series);
  return it == texts.end() ? "absent" : it->second;
}

size_t Exposition::Count(std::string_view part) const {
  size_t count = 0;
  for (const auto& [series, value] : values) count += series.find(part) != std::string::npos;
  return count;
}

Exposition ParseExposition(std::string_view text) { return Parser().Parse(text); }

}  // namespace touchline::test
