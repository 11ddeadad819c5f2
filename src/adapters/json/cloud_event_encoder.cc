#include "adapters/json/cloud_event_encoder.h"

#include <array>
#include <charconv>

#include "adapters/json/event_contract.h"
#include "base/rfc3339.h"
#include "base/time.h"

namespace touchline::json {
namespace {

using domain::Event;

constexpr int64_t kNanosPerMilli = 1'000'000;

void AppendEscaped(char c, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      *out += "\\u00";
      *out += kHex[static_cast<uint8_t>(c) >> 4];
      *out += kHex[static_cast<uint8_t>(c) & 0xF];
  }
}

void AppendText(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\') {
      AppendEscaped(c, out);
    } else {
      *out += c;
    }
  }
  *out += '"';
}

template <class Number>
void AppendNumber(Number number, std::string* out) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out->append(digits.data(), end);
}

// Writes the members of one object; a comma stands before each but the first.
class Members {
 public:
  explicit Members(std::string* out) : out_(out) { *out_ += '{'; }
  void Close() { *out_ += '}'; }

  std::string* Key(std::string_view key) {
    *out_ += first_ ? "\"" : ",\"";
    first_ = false;
    *out_ += key;
    *out_ += "\":";
    return out_;
  }
  void Text(std::string_view key, std::string_view text) {
    if (!text.empty()) AppendText(text, Key(key));
  }

 private:
  std::string* out_;
  bool first_ = true;
};

void AppendField(const Field& field, const Event& event, Members* members) {
  switch (field.shape) {
    case Shape::kName:
    case Shape::kLabel:
      members->Text(field.key, event.*field.text);
      return;
    case Shape::kOneOf:
      members->Text(field.key, field.set.get(event));
      return;
    case Shape::kFlag:
      if (field.maybe_flag != nullptr) {
        const auto& flag = event.*field.maybe_flag;
        if (flag) *members->Key(field.key) += *flag ? "true" : "false";
        return;
      }
      [[fallthrough]];
    case Shape::kBot:
      if (event.*field.flag) *members->Key(field.key) += "true";
      return;
    case Shape::kNumber:
      if (event.*field.number) AppendNumber(*(event.*field.number), members->Key(field.key));
      return;
    case Shape::kTime:
      if (event.*field.time_ns) {
        std::string* out = members->Key(field.key);
        *out += '"';
        AppendRfc3339Nanos(*(event.*field.time_ns), out);
        *out += '"';
      }
      return;
    case Shape::kCounts:
    case Shape::kTextList:
      return;
  }
}

void AppendData(const Event& event, std::string* out) {
  Members members(out);
  for (const FieldUse& use : RulesFor(event.type).uses()) {
    AppendField(*use.field, event, &members);
  }
  members.Close();
}

// Calls visit(name, text) for each attribute that is there.
template <class Visit>
void VisitAttributes(const Event& event, Visit visit) {
  std::string text;
  visit("specversion", "1.0");
  visit("type", domain::Name(event.type));
  visit("source", event.source);
  visit("id", event.id);
  AppendRfc3339Nanos(event.time_ns, &text);
  visit("time", text);
  if (!event.subject.empty()) visit("subject", event.subject);
  if (!event.partner.empty()) visit("partner", event.partner);
  if (event.sequence) {
    text.clear();
    AppendNumber(*event.sequence, &text);
    visit("sequence", text);
  }
}

}  // namespace

void AppendRfc3339Nanos(int64_t time_ns, std::string* out) {
  const int64_t millis = time_ns / kNanosPerMilli;
  const int64_t rest = time_ns % kNanosPerMilli;
  *out += FormatRfc3339(EventTime::FromMillis(millis));
  if (rest == 0) return;
  out->pop_back();
  std::array<char, 6> digits{};
  int64_t left = rest;
  for (size_t i = digits.size(); i-- > 0; left /= 10) {
    digits[i] = static_cast<char>('0' + left % 10);
  }
  out->append(digits.data(), digits.size());
  *out += 'Z';
}

void AppendStructured(const Event& event, std::string* out) {
  Members members(out);
  VisitAttributes(event,
                  [&](std::string_view name, std::string_view text) { members.Text(name, text); });
  AppendData(event, members.Key("data"));
  members.Close();
}

BinaryRecord EncodeBinary(const Event& event) {
  BinaryRecord record;
  record.headers.emplace_back(kContentTypeHeader, kDataContentType);
  VisitAttributes(event, [&](std::string_view name, std::string_view text) {
    record.headers.emplace_back("ce_" + std::string(name), text);
  });
  AppendData(event, &record.payload);
  return record;
}

}  // namespace touchline::json
