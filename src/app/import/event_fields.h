#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"

namespace touchline::app {

// Fields of the event contract, written as texts.

// The names that `data` of this type may carry.
std::vector<std::string_view> FieldNames(domain::EventType type);
// Of those, the ones that must be there.
std::vector<std::string_view> RequiredFields(domain::EventType type);
// Of the fields named, whether the type asks for at least one of some and none is there.
bool LacksOneOf(domain::EventType type, const std::vector<std::string_view>& names);

// Stores `text` as the field's value; the event keeps a view of it. Returns what is wrong, as a
// half sentence, for a text outside the field's form or bounds.
// REQUIRES: `name` is one of FieldNames.
std::optional<std::string> AssignField(domain::EventType type, std::string_view name,
                                       std::string_view text, domain::Event* event);

}  // namespace touchline::app
