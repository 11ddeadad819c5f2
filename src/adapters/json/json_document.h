#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/json/rejection.h"

namespace touchline::json {

// Finds keys that an object has twice, for any number of objects within objects. One word per key;
// no allocation once warm.
class KeyGuard {
 public:
  using Mark = size_t;
  Mark Enter() const { return keys_.size(); }
  void Add(std::string_view key) { keys_.push_back(key); }
  // Forgets the keys added since the mark. False, with the reason, if two of them are the same.
  // Cost: O(n^2) up to 16 keys, above that O(n log n), for an object may have 100,000.
  bool Leave(Mark mark, Rejection reject);
  void Clear() { keys_.clear(); }

 private:
  std::vector<std::string_view> keys_;
};

// One JSON text, wholly validated, and its bytes.
class JsonDocument {
 public:
  JsonDocument();

  // Copies the text behind which the parser may read, and parses all of it. nullopt: `reject` says
  // why. Elements and their texts are valid until the next call.
  std::optional<simdjson::dom::element> Parse(std::string_view text, Rejection reject);

  KeyGuard& keys() { return keys_; }

  // Walks a value that the contract does not read. False: an object in it has a key twice, or it
  // is too deep. `depth` counts the containers around it.
  bool CheckTree(simdjson::dom::element value, size_t depth, Rejection reject);

 private:
  bool Reserve(size_t bytes);
  bool CheckObject(simdjson::dom::object object, size_t depth, Rejection reject);

  simdjson::dom::parser parser_;
  std::vector<char> padded_;
  KeyGuard keys_;
};

inline bool IsContainer(simdjson::dom::element value) {
  const simdjson::dom::element_type type = value.type();
  return type == simdjson::dom::element_type::OBJECT || type == simdjson::dom::element_type::ARRAY;
}

}  // namespace touchline::json
