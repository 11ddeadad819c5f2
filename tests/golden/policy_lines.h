#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/rules.h"

namespace touchline::golden {

// A story's lines about calendars and policies. Each is given the line's words, adds what they say
// to *rules, and returns what is wrong with them; nullopt: nothing.

// calendar NAME zone=ZONE 24x7
// calendar NAME zone=ZONE mon-fri=08:00-13:00,14:00-18:00 2016-11-01=holiday
//               2016-12-24=shift:09:00-12:00 2014-01-06=break:13:30-15:30
std::optional<std::string> ReadCalendarLine(const std::vector<std::string>& words,
                                            domain::RuleSet* rules);

// policy NAME [from=TIME] [partner|kind|channel|queue|priority|tier=VALUE,...]...
//             TARGET=[BUDGET][,PRIORITY:BUDGET]...[,calendar=NAME][,pause=STATUS+...|none]
//                    [,share=PERMILLE][,lead=SPAN]
// Another line of the same name is its next version. Without a calendar: 24x7. "-" among matched
// values stands for the one that is not known. `day_ns` as for ParseTime.
std::optional<std::string> ReadPolicyLine(const std::vector<std::string>& words,
                                          std::optional<int64_t> day_ns, domain::RuleSet* rules);

}  // namespace touchline::golden
