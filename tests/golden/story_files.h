#pragma once

#include <string>
#include <vector>

#include "tests/golden/story.h"

namespace touchline::golden {

// Every .timeline file under tests/golden/stories, by path. REQUIRES: the working directory is the
// root of the sources, as in ctest.
std::vector<std::string> StoryPaths();
// The whole file; "" when it cannot be read.
std::string ReadText(const std::string& path);

// Collects what was seen where something else was expected, and writes it into the story's file.
class StoryUpdate {
 public:
  // The value of the expectation in this line is to become `value`.
  void Replace(const Expectation& expectation, const std::string& value);
  // `text` with the values replaced; all else stays as it is.
  std::string Apply(const std::string& text) const;
  bool empty() const { return values_.empty(); }

 private:
  std::map<size_t, std::string> values_;  // by line
};

}  // namespace touchline::golden
