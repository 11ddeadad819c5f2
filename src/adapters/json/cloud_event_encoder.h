#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/event.h"

namespace touchline::json {

// Writes events of the contract: what CloudEventDecoder reads back as the same event. Fields that
// the type does not have are left out, as are absent ones; `bot` is written as true; `capacity` and
// `skills`, which domain::Event does not keep, are never written. Times have three digits of
// fraction, or nine when the event has finer ones.
// REQUIRES: texts are UTF-8 within their bounds, times are within 1970..2199, numbers are finite.

// Appends the event in structured mode, on one line without a newline at its end. The record's key
// is event.subject; header kContentTypeHeader: kStructuredContentType.
void AppendStructured(const domain::Event& event, std::string* out);

inline constexpr std::string_view kContentTypeHeader = "content-type";
inline constexpr std::string_view kStructuredContentType = "application/cloudevents+json";
inline constexpr std::string_view kDataContentType = "application/json";

// The event in binary mode. The record's key is event.subject.
struct BinaryRecord {
  std::vector<std::pair<std::string, std::string>> headers;  // content-type and ce_ attributes
  std::string payload;                                       // `data`
};
BinaryRecord EncodeBinary(const domain::Event& event);

// "2026-11-22T02:12:50.123456789Z" or, on a whole millisecond, "2026-11-22T02:12:50.123Z".
void AppendRfc3339Nanos(int64_t time_ns, std::string* out);

}  // namespace touchline::json
