#include "app/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/rfc3339.h"

namespace touchline::app {
namespace {

constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};

bool NeedsQuotes(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= 0x20 || byte == 0x7F || c == '"' || c == '=' || c == '\\';
         });
}

void AppendValue(std::string_view text, std::string* line) {
  if (!NeedsQuotes(text)) {
    line->append(text);
    return;
  }
  line->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line->push_back('\\');
      line->push_back(c);
    } else if (c == '\n') {
      line->append("\\n");
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(*line), "\\x{:02x}", byte);
    } else {
      line->push_back(c);
    }
  }
  line->push_back('"');
}

}  // namespace

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  const auto found = std::find(kLevels.begin(), kLevels.end(), name);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevels.begin());
}

std::string FormatLogLine(WallTime now, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  std::string line =
      fmt::format("time={} level={} msg=", FormatRfc3339(EventTime::FromMillis(now.millis())),
                  kLevels[static_cast<size_t>(level)]);
  AppendValue(message, &line);
  for (const LogField& field : fields) {
    line.push_back(' ');
    line.append(field.key);
    line.push_back('=');
    AppendValue(field.value, &line);
  }
  line.push_back('\n');
  return line;
}

Logger::Logger(const pipeline::Clock* clock, std::FILE* out, LogLevel least)
    : clock_(clock), out_(out), least_(least) {}

void Logger::Log(LogLevel level, std::string_view message,
                 std::initializer_list<LogField> fields) {
  if (level < least_) return;
  const std::string line = FormatLogLine(clock_->Now(), level, message, fields);
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_);
}

}  // namespace touchline::app
