#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/ports.h"

namespace touchline::app {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarning, kError };

std::optional<LogLevel> ParseLogLevel(std::string_view name);  // debug, info, warning, error

// One further pair of a log line.
struct LogField {
  std::string_view key;
  std::string value;
};

// Lines for people and log collectors, in logfmt:
//     time=2026-11-22T08:00:00.000Z level=info msg="caught up" partition=3
// A line is written with one unbuffered call before the function returns, so the last words of a
// crash are there; never on the event path. Values with spaces, quotes or control characters are
// quoted and escaped: one call is one line. Threading: any thread.
class Logger {
 public:
  // The clock and the stream (usually stderr) must outlive the logger.
  Logger(const pipeline::Clock* clock, std::FILE* out, LogLevel least = LogLevel::kInfo);

  void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    Log(LogLevel::kError, message, fields);
  }

 private:
  const pipeline::Clock* clock_;
  std::FILE* out_;
  LogLevel least_;
  std::mutex mutex_;
};

// The line that Log would write, with its newline.
std::string FormatLogLine(WallTime now, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

}  // namespace touchline::app
