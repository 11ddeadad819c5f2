#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/config_schema.h"
#include "app/config_text.h"

// How config_schema.cc binds its rows to the structs of config.h. The type of the member chooses
// the type of the key.

namespace touchline::app::schema {

inline constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

struct Range {
  int64_t min = 0;
  int64_t max = kUnbounded;
};
inline Range Between(Duration min, Duration max) { return {min.millis(), max.millis()}; }

// A text as YAML reads it back verbatim.
std::string QuoteIfNeeded(const std::string& text);

template <class T>
Field TextField(std::string name, std::string T::*member, Range bytes, std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kText,
          .min = bytes.min,
          .max = bytes.max,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) { static_cast<T*>(o)->*member = v.text; },
          .show = [member](const void* o) {
            return QuoteIfNeeded(static_cast<const T*>(o)->*member);
          }};
}

template <class T>
Field BoolField(std::string name, bool T::*member, std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kBool,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) { static_cast<T*>(o)->*member = v.truth; },
          .show = [member](const void* o) {
            return std::string(static_cast<const T*>(o)->*member ? "true" : "false");
          }};
}

template <class T, class Int>
Field NumberField(std::string name, ValueType type, Int T::*member, Range range,
                  std::string help) {
  return {.name = std::move(name),
          .type = type,
          .min = range.min,
          .max = std::min(range.max, static_cast<int64_t>(std::numeric_limits<Int>::max())),
          .help = std::move(help),
          .set = [member](void* o, const Value& v) {
            static_cast<T*>(o)->*member = static_cast<Int>(v.number);
          },
          .show = [member, type](const void* o) {
            return FormatNumber(type, static_cast<int64_t>(static_cast<const T*>(o)->*member));
          }};
}

template <class T>
Field DurationField(std::string name, Duration T::*member, Range range, std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kDuration,
          .min = range.min,
          .max = range.max,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) {
            static_cast<T*>(o)->*member = Duration::Millis(v.number);
          },
          .show = [member](const void* o) {
            return FormatDuration(static_cast<const T*>(o)->*member);
          }};
}

template <class T>
Field OptionalDurationField(std::string name, std::optional<Duration> T::*member, Range range,
                            std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kDuration,
          .presence = Field::Presence::kOptional,
          .min = range.min,
          .max = range.max,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) {
            static_cast<T*>(o)->*member = Duration::Millis(v.number);
          },
          .show = [](const void*) { return std::string(); }};
}

template <class T>
Field OptionalInstantField(std::string name, std::optional<EventTime> T::*member,
                           std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kInstant,
          .presence = Field::Presence::kOptional,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) {
            static_cast<T*>(o)->*member = EventTime::FromMillis(v.number);
          },
          .show = [](const void*) { return std::string(); }};
}

template <class T, class Enum>
Field ChoiceField(std::string name, Enum T::*member, std::vector<std::string> choices,
                  std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kChoice,
          .choices = choices,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) {
            static_cast<T*>(o)->*member = static_cast<Enum>(v.number);
          },
          .show = [member, choices](const void* o) {
            return choices[static_cast<size_t>(static_cast<const T*>(o)->*member)];
          }};
}

template <class T>
Field TextMapField(std::string name, std::map<std::string, std::string> T::*member,
                   std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kTextMap,
          .max = 1024,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) { static_cast<T*>(o)->*member = v.map; },
          .show = [](const void*) { return std::string("{}"); }};
}

template <class T>
Field TextListField(std::string name, std::vector<std::string> T::*member, std::string help) {
  return {.name = std::move(name),
          .type = ValueType::kTextList,
          .min = 1,
          .max = 128,
          .help = std::move(help),
          .set = [member](void* o, const Value& v) { static_cast<T*>(o)->*member = v.list; },
          .show = [](const void*) { return std::string("[]"); }};
}

// The map's entries are initialised from the group of this name.
inline Section BeginsAs(std::string group, Section map) {
  map.begins_as = std::move(group);
  return map;
}

// The section's keys stand again here; the reference tells them at `place` only.
inline Section SameAs(std::string place, Section section) {
  section.same_as = std::move(place);
  return section;
}

// A key or section of `T` as one of its owner.
template <class Owner, class T>
Field Within(T Owner::*member, Field field) {
  field.set = [member, set = field.set](void* o, const Value& v) {
    set(&(static_cast<Owner*>(o)->*member), v);
  };
  field.show = [member, show = field.show](const void* o) {
    return show(&(static_cast<const Owner*>(o)->*member));
  };
  return field;
}
template <class Owner, class T>
Section Within(T Owner::*member, Section section) {
  section.enter = [member, enter = section.enter](void* o, const std::string& key) {
    return enter(&(static_cast<Owner*>(o)->*member), key);
  };
  section.sample = [member, sample = section.sample](const void* o) {
    return sample(o == nullptr ? nullptr : &(static_cast<const Owner*>(o)->*member));
  };
  return section;
}

inline Field Required(Field field) {
  field.presence = Field::Presence::kRequired;
  return field;
}
inline Field Optional(Field field) {
  field.presence = Field::Presence::kOptional;
  return field;
}
inline Field DefaultNote(std::string note, Field field) {
  field.default_note = std::move(note);
  return field;
}
inline Field Checked(std::function<std::optional<std::string>(const Value&)> check, Field field) {
  field.check = std::move(check);
  return field;
}

template <class Owner, class T>
Section GroupOf(std::string name, T Owner::*member, std::string help, std::vector<Field> fields,
                std::vector<Section> sections = {}) {
  return {.name = std::move(name),
          .shape = Section::Shape::kGroup,
          .help = std::move(help),
          .fields = std::move(fields),
          .sections = std::move(sections),
          .enter = [member](void* o, const std::string&) -> void* {
            return &(static_cast<Owner*>(o)->*member);
          },
          .sample = [member](const void* o) -> std::shared_ptr<const void> {
            return {std::shared_ptr<const void>(), &(static_cast<const Owner*>(o)->*member)};
          }};
}

template <class Owner, class T>
Section ListOf(std::string name, std::vector<T> Owner::*member, std::string help,
               std::string example, std::vector<Field> fields,
               std::vector<Section> sections = {}) {
  return {.name = std::move(name),
          .shape = Section::Shape::kList,
          .help = std::move(help),
          .example = std::move(example),
          .fields = std::move(fields),
          .sections = std::move(sections),
          .enter = [member](void* o, const std::string&) -> void* {
            return &(static_cast<Owner*>(o)->*member).emplace_back();
          },
          .sample = [](const void*) -> std::shared_ptr<const void> {
            return std::make_shared<const T>();
          }};
}

// Entries of the map begin as a copy of *initial, or default-constructed when that is null.
template <class Owner, class T>
Section MapOf(std::string name, std::map<std::string, T> Owner::*member,
              std::type_identity_t<T Owner::*> initial, std::string help, std::string example,
              std::vector<Field> fields) {
  return {.name = std::move(name),
          .shape = Section::Shape::kMap,
          .help = std::move(help),
          .example = std::move(example),
          .fields = std::move(fields),
          .enter = [member, initial](void* o, const std::string& key) -> void* {
            Owner* owner = static_cast<Owner*>(o);
            const T entry = initial == nullptr ? T() : owner->*initial;
            return &(owner->*member).emplace(key, entry).first->second;
          },
          .sample = [](const void*) -> std::shared_ptr<const void> {
            return std::make_shared<const T>();
          }};
}

}  // namespace touchline::app::schema
