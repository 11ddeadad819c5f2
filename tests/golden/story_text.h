#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The small words of a story: times, lengths of time and key=value pairs. Times are nanoseconds
// since 1970, for the order of events hangs on them.
namespace touchline::golden {

// "1d2h", "90s", "0.25s", "5ms", "1ns": numbers with units d h m s ms us ns, added up.
std::optional<int64_t> ParseSpanNanos(std::string_view text);
// The same form, the shortest: "1m30s", "0.25s", "0s". Milliseconds; may be negative.
std::string FormatSpan(int64_t millis);

// "2026-03-02" as the nanoseconds of its midnight, UTC.
std::optional<int64_t> ParseDay(std::string_view text);

// "09:00", "09:00:12.5" on `day_ns`; "2026-03-02T09:00:12Z" (seconds may be left out); "+12s" after
// `previous_ns`. nullopt for another form, and where the base that it needs is absent.
std::optional<int64_t> ParseTime(std::string_view text, std::optional<int64_t> day_ns,
                                 std::optional<int64_t> previous_ns);
// RFC 3339 with three digits, or nine where the nanoseconds need them.
std::string FormatTime(int64_t time_ns);

// The words of a line: separated by blanks, "..." keeps blanks inside, # begins a comment.
// nullopt when a quote stays open.
std::optional<std::vector<std::string>> SplitWords(std::string_view line);

}  // namespace touchline::golden
