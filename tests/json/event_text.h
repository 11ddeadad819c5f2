#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "domain/event.h"
#include "pipeline/ports.h"

namespace touchline::json {

// What became of one record.
struct Decoded {
  pipeline::DecodeStatus status = pipeline::DecodeStatus::kRejected;
  domain::Event event;
  pipeline::DecodeError error;
};
bool operator==(const Decoded& decoded, pipeline::DecodeStatus status);

// A decoder to which tests hand texts. The texts of the last event live as long as this does, or
// until the next call.
class TextDecoder {
 public:
  explicit TextDecoder(CloudEventDecoder::Options options = {}) : decoder_(options) {}

  // A structured event without headers.
  Decoded Decode(std::string_view value, std::string_view key = {});
  Decoded Decode(std::string_view value, const std::vector<pipeline::Header>& headers,
                 std::string_view key = {});

 private:
  CloudEventDecoder decoder_;
};

// A structured event of the type with this `data`; the envelope is sound.
std::string EventWithData(std::string_view type, std::string_view data);

// A sound call.held whose envelope has the attribute `name` replaced by the JSON text `value`;
// added where the envelope has none of this name, left out where the value is empty.
std::string EventWithAttribute(std::string_view name, std::string_view value);

}  // namespace touchline::json
