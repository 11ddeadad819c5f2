#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace touchline::json {

// The whole of a file below docs/events; ends the test when it cannot be read.
// REQUIRES: the working directory is the root of the sources, as touchline_test arranges.
std::string ReadDocument(std::string_view path);

// Names of the files in a folder below docs/events, without ".json", sorted.
std::vector<std::string> DocumentNames(std::string_view folder);

// A record as examples/binary/ writes it.
struct BinaryExample {
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string value;
};
BinaryExample ReadBinaryExample(std::string_view type);

// The same event in binary mode: attributes as ce_ headers, `data` as the value.
BinaryExample InBinaryMode(std::string_view structured);

// The object `text`, with the member `key` replaced by the JSON text `value`, added if it is not
// there, left out where `value` is empty. Looks at the outermost object only.
std::string WithMember(std::string_view text, std::string_view key, std::string_view value);

// As WithMember, within the object that the member `data` is; an absent one counts as empty.
std::string WithDataMember(std::string_view event, std::string_view key, std::string_view value);

}  // namespace touchline::json
