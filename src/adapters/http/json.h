#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace touchline::adapters {

// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD, for JSON
// has no others.
void AppendJsonString(std::string_view text, std::string* out);

// Writes `"name":` and the value, after a comma where one is due. Names need no escaping, but for
// those of AddText.
class JsonObject {
 public:
  // Opens the object in *out, which outlives this.
  explicit JsonObject(std::string* out);
  void Add(std::string_view name, std::string_view text);
  void Add(std::string_view name, int64_t number);
  void AddNull(std::string_view name);
  // Writes the name alone: the caller appends the value.
  void AddName(std::string_view name);
  // The same for a name that is somebody's text.
  void AddText(std::string_view name);
  void Close();

 private:
  std::string* out_;
  bool is_first_ = true;
};

}  // namespace touchline::adapters
