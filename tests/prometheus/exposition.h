#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace touchline::test {

// The text exposition format, read back strictly and by code of its own. Whatever breaks a rule
// (a series before its TYPE, a family twice, a series twice, a wrong escape, invalid UTF-8, buckets
// that fall, no +Inf, a count unlike its +Inf) is in `problems`.
struct Exposition {
  struct Family {
    std::string type;
    std::string help;
  };
  std::map<std::string, Family> families;
  // By `name{a="x",b="y"}` with labels sorted by name and values unescaped.
  std::map<std::string, std::string> texts;
  std::map<std::string, double> values;
  std::vector<std::string> problems;

  // The value as written; "absent" for a series that is not there.
  std::string At(const std::string& series) const;
  // How many series have a name or a label that contains `part`.
  size_t Count(std::string_view part) const;
};

Exposition ParseExposition(std::string_view text);

}  // namespace touchline::test
