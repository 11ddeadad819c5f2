#include "app/import/event_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "adapters/json/event_contract.h"
#include "app/config_text.h"
#include "base/rfc3339.h"
#include "base/utf8.h"

namespace touchline::app {
namespace {

using domain::Event;
using json::Shape;

std::string Choices(const json::ClosedSet& set) {
  std::string out;
  for (uint32_t v = 0; v < 32; ++v) {
    if ((set.allowed >> v & 1) == 0) continue;
    if (!out.empty()) out += ", ";
    out += set.text(v);
  }
  return out;
}

std::optional<std::string> AssignText(const json::Field& field, std::string_view text,
                                      Event* event) {
  if (!IsValidUtf8(text)) return "is not UTF-8";
  if (text.size() > field.max_bytes) {
    return fmt::format("has {} bytes, more than {}", text.size(), field.max_bytes);
  }
  event->*field.text = text;
  return std::nullopt;
}

std::optional<std::string> AssignFlag(const json::Field& field, std::string_view text,
                                      Event* event) {
  const auto flag = ParseBool(text);
  if (!flag) return flag.error();
  if (field.maybe_flag != nullptr) {
    event->*field.maybe_flag = *flag;
  } else {
    event->*field.flag = *flag;
  }
  return std::nullopt;
}

std::optional<std::string> AssignNumber(const json::Field& field, std::string_view text,
                                        Event* event) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return fmt::format("is '{}', which is not a number", text);
  }
  if (number < field.min || number > field.max) {
    return fmt::format("is {}, outside {} to {}", text, field.min, field.max);
  }
  event->*field.number = number;
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> FieldNames(domain::EventType type) {
  std::vector<std::string_view> names;
  for (const json::FieldUse& use : json::RulesFor(type).uses()) {
    const Shape shape = use.field->shape;
    if (shape != Shape::kCounts && shape != Shape::kTextList) names.push_back(use.field->key);
  }
  return names;
}

std::vector<std::string_view> RequiredFields(domain::EventType type) {
  std::vector<std::string_view> names;
  for (const json::FieldUse& use : json::RulesFor(type).uses()) {
    if (use.required) names.push_back(use.field->key);
  }
  return names;
}

bool LacksOneOf(domain::EventType type, const std::vector<std::string_view>& names) {
  const uint64_t one_of = json::RulesFor(type).one_of;
  return one_of != 0 && std::none_of(names.begin(), names.end(), [&](std::string_view name) {
           const json::KeyIndex key = json::FindKey(name);
           return key != json::kNoKey && (one_of >> key & 1) != 0;
         });
}

std::optional<std::string> AssignField(domain::EventType type, std::string_view name,
                                       std::string_view text, Event* event) {
  const json::Field& field = *json::RulesFor(type).ForKey(json::FindKey(name));
  switch (field.shape) {
    case Shape::kName:
    case Shape::kLabel: return AssignText(field, text, event);
    case Shape::kOneOf:
      if (field.set.assign(text, field.set.allowed, event)) return std::nullopt;
      return fmt::format("is '{}', which is not one of: {}", text, Choices(field.set));
    case Shape::kFlag: return AssignFlag(field, text, event);
    case Shape::kBot: event->*field.flag = text != "false"; return std::nullopt;
    case Shape::kNumber: return AssignNumber(field, text, event);
    case Shape::kTime: {
      const auto nanos = ParseRfc3339Nanos(text);
      if (!nanos) return fmt::format("is '{}', which is not RFC 3339", text);
      event->*field.time_ns = *nanos;
      return std::nullopt;
    }
    case Shape::kCounts:
    case Shape::kTextList: break;
  }
  return "cannot be imported";
}

}  // namespace touchline::app
