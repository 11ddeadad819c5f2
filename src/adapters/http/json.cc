#include "adapters/http/json.h"

#include "base/utf8.h"

namespace touchline::adapters {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool IsPlain(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }

void AppendEscape(char c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      out->push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out->push_back(kHex[static_cast<unsigned char>(c) & 0xF]);
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  std::string valid;
  if (!IsValidUtf8(text)) {
    valid = ToValidUtf8(text);
    text = valid;
  }
  out->push_back('"');
  for (const char c : text) {
    if (IsPlain(c)) {
      out->push_back(c);
    } else {
      AppendEscape(c, out);
    }
  }
  out->push_back('"');
}

JsonObject::JsonObject(std::string* out) : out_(out) { out_->push_back('{'); }

void JsonObject::AddName(std::string_view name) {
  if (!is_first_) out_->push_back(',');
  is_first_ = false;
  out_->push_back('"');
  out_->append(name);
  out_->append("\":");
}

void JsonObject::Add(std::string_view name, std::string_view text) {
  AddName(name);
  AppendJsonString(text, out_);
}

void JsonObject::Add(std::string_view name, int64_t number) {
  AddName(name);
  out_->append(std::to_string(number));
}

void JsonObject::AddNull(std::string_view name) {
  AddName(name);
  out_->append("null");
}

void JsonObject::AddText(std::string_view name) {
  if (!is_first_) out_->push_back(',');
  is_first_ = false;
  AppendJsonString(name, out_);
  out_->push_back(':');
}

void JsonObject::Close() { out_->push_back('}'); }

}  // namespace touchline::adapters
