#include "tests/golden/story_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace touchline::golden {
namespace {

// Where the value begins: behind the metric's name and labels, which are the first word of the line
// that is neither a range, a quantifier nor an `at`.
size_t ValueStart(const std::string& line) {
  const size_t brace = line.find('}');
  if (brace != std::string::npos) return brace + 1;
  size_t at = line.find_first_not_of(" \t");
  for (;;) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    const std::string word = line.substr(at, end - at);
    const bool is_metric = domain::ParseMetricId(word).has_value();
    if (is_metric || end == line.size()) return end;
    at = line.find_first_not_of(" \t", end);
  }
}

}  // namespace

std::vector<std::string> StoryPaths() {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator("tests/golden/stories", ignored)) {
    if (entry.path().extension() == ".timeline") paths.push_back(entry.path().generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void StoryUpdate::Replace(const Expectation& expectation, const std::string& value) {
  values_[expectation.line] = value;
}

std::string StoryUpdate::Apply(const std::string& text) const {
  std::istringstream in(text);
  std::string out;
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    const auto it = values_.find(number);
    if (it != values_.end()) {
      const size_t comment = line.find(" #");
      const std::string tail = comment == std::string::npos ? "" : " " + line.substr(comment);
      line = line.substr(0, ValueStart(line)) + " " + it->second + tail;
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace touchline::golden
