#include <fmt/format.h>

#include "app/config_fields.h"
#include "app/config_schema.h"

// The schema's fields in words, for the reference and for mistakes.

namespace touchline::app {

std::string FormatNumber(ValueType type, int64_t number) {
  switch (type) {
    case ValueType::kDuration: return FormatDuration(Duration::Millis(number));
    case ValueType::kSize: return FormatSize(number);
    case ValueType::kPoints: return FormatThousandths(number);
    default: return fmt::format("{}", number);
  }
}

std::string DescribeRange(const Field& field) {
  switch (field.type) {
    case ValueType::kInteger:
    case ValueType::kPoints:
    case ValueType::kDuration:
    case ValueType::kSize:
      return fmt::format("{} to {}", FormatNumber(field.type, field.min),
                         FormatNumber(field.type, field.max));
    case ValueType::kText:
    case ValueType::kTextList:
    case ValueType::kTextMap:
      return fmt::format("{} to {} bytes", field.min, field.max);
    case ValueType::kChoice: return fmt::format("{}", fmt::join(field.choices, ", "));
    case ValueType::kBool: return "true, false";
    case ValueType::kInstant: return "years 1970 to 2199";
  }
  return {};
}

std::string DescribeType(const Field& field) {
  switch (field.type) {
    case ValueType::kText: return "text";
    case ValueType::kChoice: return "choice";
    case ValueType::kBool: return "true or false";
    case ValueType::kInteger: return "whole number";
    case ValueType::kPoints: return "points";
    case ValueType::kDuration: return "duration";
    case ValueType::kSize: return "size";
    case ValueType::kInstant: return "instant";
    case ValueType::kTextList: return "list of texts";
    case ValueType::kTextMap: return "texts by name";
  }
  return {};
}

namespace schema {

std::string QuoteIfNeeded(const std::string& text) {
  const bool plain =
      !text.empty() && text.find_first_of(" #{}[],&*!|>'\"%@`") == std::string::npos &&
      text.find(": ") == std::string::npos && text.back() != ':';
  return plain ? text : "\"" + text + "\"";
}

}  // namespace schema

}  // namespace touchline::app
