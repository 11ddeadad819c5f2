#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace touchline::json {

// Appends the text in quotes, escaped as JSON asks. REQUIRES: it is UTF-8.
void AppendText(std::string_view text, std::string* out);
void AppendNumber(int64_t number, std::string* out);
void AppendNumber(uint64_t number, std::string* out);
void AppendNumber(double number, std::string* out);  // finite

// Writes the members of one object; a comma stands before each but the first.
class Members {
 public:
  explicit Members(std::string* out) : out_(out) { *out_ += '{'; }
  void Close() { *out_ += '}'; }

  // Begins a member; its value is to be appended.
  std::string* Key(std::string_view key) {
    *out_ += first_ ? "\"" : ",\"";
    first_ = false;
    *out_ += key;
    *out_ += "\":";
    return out_;
  }
  // Nothing for an empty text.
  void Text(std::string_view key, std::string_view text) {
    if (!text.empty()) AppendText(text, Key(key));
  }

 private:
  std::string* out_;
  bool first_ = true;
};

}  // namespace touchline::json
