#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace touchline {

// What the worker must do about a failure; the only thing a caller may branch on.
enum class ErrorClass : uint8_t {
  kTransient,  // back off, retry, do not advance
  kPoison,     // dead-letter the record, advance
  kFatal,      // stop uncommitted, exit non-zero
};

// The process's exit codes (DESIGN section 7).
enum class ExitCode : int {
  kOk = 0,
  kRuntime = 1,
  kUsage = 2,
  kBrokerUnavailable = 69,
  kStateUnreadable = 74,
  kConfiguration = 78,
};

struct Error {
  ErrorClass kind = ErrorClass::kFatal;
  std::string message;  // a full sentence for a person: what failed, on what, what to do
  ExitCode exit_code = ExitCode::kRuntime;  // when kind is kFatal
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> Fatal(std::string message, ExitCode code = ExitCode::kRuntime) {
  return tl::unexpected<Error>(Error{ErrorClass::kFatal, std::move(message), code});
}
inline tl::unexpected<Error> Transient(std::string message) {
  return tl::unexpected<Error>(Error{ErrorClass::kTransient, std::move(message)});
}

}  // namespace touchline
