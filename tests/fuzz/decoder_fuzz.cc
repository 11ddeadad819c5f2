// Any bytes as a Kafka record. The decoder must not crash; what it takes must be sound JSON, and
// must come back the same when it is written and read again, in both modes.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "adapters/json/json_fault.h"
#include "tests/json/random_event.h"

namespace touchline::json {
namespace {

using domain::Event;
using pipeline::DecodeStatus;
using pipeline::Header;

void Check(bool holds, std::string_view law, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s (%.*s)\n", static_cast<int>(law.size()), law.data(),
               static_cast<int>(detail.size()), detail.data());
  std::abort();
}

void CheckRoundTrip(const Event& event) {
  static auto* const decoder = new CloudEventDecoder();
  Event again;
  pipeline::DecodeError error;

  std::string text;
  AppendStructured(event, &text);
  Check(decoder->Decode({.key = event.subject, .payload = text}, &again, &error) ==
            DecodeStatus::kEvent,
        "a decoded event, written in structured mode, is read", error.detail);
  Check(Difference(event, again).empty(), "structured mode keeps every field",
        Difference(event, again));

  const BinaryRecord record = EncodeBinary(event);
  std::vector<Header> headers;
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  Check(decoder->Decode({.key = event.subject, .payload = record.payload, .headers = headers},
                        &again, &error) == DecodeStatus::kEvent,
        "a decoded event, written in binary mode, is read", error.detail);
  Check(Difference(event, again).empty(), "binary mode keeps every field",
        Difference(event, again));
}

// What shapes were learnt before makes no difference.
void CheckWithoutShapes(const pipeline::SourceRecord& record, DecodeStatus status,
                        const Event& event, const pipeline::DecodeError& error) {
  static auto* const decoder = new CloudEventDecoder({.learn_shapes = false});
  Event parsed;
  pipeline::DecodeError why;
  Check(decoder->Decode(record, &parsed, &why) == status, "shapes change no status");
  if (status == DecodeStatus::kEvent) {
    Check(Difference(event, parsed).empty(), "shapes change no field", Difference(event, parsed));
  } else if (status == DecodeStatus::kRejected) {
    Check(error.reason == why.reason && error.detail == why.detail, "shapes change no reason",
          why.detail);
  }
}

void DecodeAndCheck(const pipeline::SourceRecord& record) {
  static auto* const decoder = new CloudEventDecoder();
  Event event;
  pipeline::DecodeError error;
  // The second time a sound event is read by the shape that it taught.
  decoder->Decode(record, &event, &error);
  const DecodeStatus status = decoder->Decode(record, &event, &error);
  CheckWithoutShapes(record, status, event, error);
  switch (status) {
    case DecodeStatus::kEvent:
      Check(!FindJsonFault(record.payload), "the parser and the scanner agree on sound JSON");
      CheckRoundTrip(event);
      return;
    case DecodeStatus::kRejected:
      Check(!error.detail.empty(), "a refusal says why", domain::Name(error.reason));
      return;
    case DecodeStatus::kUnknownType:
      return;
  }
}

// A first byte that no JSON begins with makes a record in binary mode: it tells which header has
// the line that follows for its value; the rest is `data`.
void DecodeBinary(uint8_t which, std::string_view rest) {
  std::vector<Header> headers = {{"ce_specversion", "1.0"},
                                 {"ce_id", "e-1"},
                                 {"ce_source", "//pbx/1"},
                                 {"ce_type", "call.answered"},
                                 {"ce_time", "2026-11-22T02:12:50.123Z"},
                                 {"ce_subject", "call-1"},
                                 {"ce_sequence", "17"},
                                 {"ce_partner", "northwind"},
                                 {"content-type", "application/json"}};
  const size_t line = rest.find('\n');
  if (line != std::string_view::npos) {
    headers[which % headers.size()].value = rest.substr(0, line);
    rest.remove_prefix(line + 1);
  }
  DecodeAndCheck({.payload = rest, .headers = headers});
}

}  // namespace
}  // namespace touchline::json

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // On its own, so that the sanitizer sees a read beyond the end.
  const std::vector<char> bytes(data, data + size);
  const std::string_view text(bytes.data(), bytes.size());
  if (!text.empty() && static_cast<uint8_t>(text[0]) < 0x09) {
    touchline::json::DecodeBinary(static_cast<uint8_t>(text[0]), text.substr(1));
  } else {
    touchline::json::DecodeAndCheck({.payload = text});
  }
  return 0;
}
