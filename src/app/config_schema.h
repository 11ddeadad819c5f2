#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"

namespace touchline::app {

// The one table of configuration keys. Parsing, validation, the reference in docs/, the annotated
// config/touchline.yaml and the suggestions for misspelt keys all come from it.

enum class ValueType : uint8_t {
  kText,
  kChoice,
  kBool,
  kInteger,
  kPoints,    // decimal, kept in thousandths
  kDuration,  // kept in milliseconds
  kSize,      // kept in bytes
  kInstant,   // RFC 3339
  kTextList,
  kTextMap,
};

// A value after its text has been read by its type. `number` holds integers, thousandths,
// milliseconds, bytes and the index of a choice.
struct Value {
  std::string text;
  int64_t number = 0;
  bool truth = false;
  std::vector<std::string> list;
  std::map<std::string, std::string> map;
};

// One key. Bounds are inclusive: of the number, or of a text's length in bytes.
struct Field {
  enum class Presence : uint8_t { kDefaulted, kRequired, kOptional };

  std::string name;
  ValueType type = ValueType::kText;
  Presence presence = Presence::kDefaulted;
  int64_t min = 0;
  int64_t max = 0;
  std::vector<std::string> choices;
  std::string help;
  std::string default_note;  // shown instead of the default's value
  // What a range cannot say; returns the half sentence of a mistake. Sees texts before choices do.
  std::function<std::optional<std::string>(const Value&)> check;
  std::function<void(void* owner, const Value&)> set;
  std::function<std::string(const void* owner)> show;  // the owner's present value, as YAML
};

// A group of keys: one mapping, a list of mappings, or a mapping of names to mappings.
struct Section {
  enum class Shape : uint8_t { kGroup, kList, kMap };

  std::string name;
  Shape shape = Shape::kGroup;
  bool required = false;  // a list that must not be empty
  bool optional = false;  // a group that is entered only when it is present
  std::string help;
  std::string example;  // kList, kMap: what config/touchline.yaml shows
  std::string begins_as;  // kMap: the group whose values an entry begins with, if any
  std::string same_as;    // where the reference tells the same keys, if it does not here
  std::vector<Field> fields;
  std::vector<Section> sections;
  // The struct that the keys fill: the group's, a new item, or the entry `key`.
  std::function<void*(void* owner, const std::string& key)> enter;
  // Its default: the group's part of `owner`, or a default-constructed item.
  std::function<std::shared_ptr<const void>(const void* owner)> sample;
};

// The root group; its keys fill a Config.
const Section& ConfigSchema();

// "10ms to 10s", "at least 1", "local", "1 to 128 bytes"; empty when there is nothing to say.
std::string DescribeRange(const Field& field);
// "duration", "size", "one of", ...
std::string DescribeType(const Field& field);
// A number of this type as YAML writes it.
std::string FormatNumber(ValueType type, int64_t number);

}  // namespace touchline::app
