#include "tests/json/event_text.h"

#include <array>
#include <utility>

namespace touchline::json {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kSound = {{
    {"specversion", R"("1.0")"},
    {"id", R"("e-1")"},
    {"source", R"("//pbx/1")"},
    {"type", R"("call.held")"},
    {"time", R"("2026-11-22T02:12:50.123Z")"},
    {"subject", R"("call-1")"},
    {"data", "{}"},
}};

void AppendMember(std::string_view name, std::string_view value, std::string* out) {
  if (value.empty()) return;
  *out += out->size() > 1 ? ",\"" : "\"";
  *out += name;
  *out += "\":";
  *out += value;
}

}  // namespace

bool operator==(const Decoded& decoded, pipeline::DecodeStatus status) {
  return decoded.status == status;
}

Decoded TextDecoder::Decode(std::string_view value, std::string_view key) {
  return Decode(value, std::vector<pipeline::Header>{}, key);
}

Decoded TextDecoder::Decode(std::string_view value, const std::vector<pipeline::Header>& headers,
                            std::string_view key) {
  Decoded decoded;
  decoded.status = decoder_.Decode({.key = key, .payload = value, .headers = headers},
                                   &decoded.event, &decoded.error);
  return decoded;
}

std::string EventWithData(std::string_view type, std::string_view data) {
  std::string text = "{";
  for (const auto& [name, value] : kSound) {
    if (name == "type") {
      AppendMember(name, "\"" + std::string(type) + "\"", &text);
    } else {
      AppendMember(name, name == "data" ? data : value, &text);
    }
  }
  return text + "}";
}

std::string EventWithAttribute(std::string_view name, std::string_view value) {
  std::string text = "{";
  bool known = false;
  for (const auto& [sound_name, sound] : kSound) {
    known = known || name == sound_name;
    AppendMember(sound_name, name == sound_name ? value : sound, &text);
  }
  if (!known) AppendMember(name, value, &text);
  return text + "}";
}

}  // namespace touchline::json
