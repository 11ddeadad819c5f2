#include "adapters/json/cloud_event_encoder.h"

#include <array>

#include "adapters/json/event_contract.h"
#include "adapters/json/json_writer.h"
#include "base/rfc3339.h"
#include "base/time.h"

namespace touchline::json {
namespace {

using domain::Event;

constexpr int64_t kNanosPerMilli = 1'000'000;

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
