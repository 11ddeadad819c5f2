#include "adapters/json/cloud_event_decoder.h"

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "adapters/json/data_reader.h"
#include "adapters/json/envelope.h"
#include "adapters/json/event_shapes.h"
#include "adapters/json/json_document.h"
#include "adapters/json/rejection.h"

namespace touchline::json {
namespace {

using domain::Event;
using domain::RejectReason;
using pipeline::DecodeStatus;
using pipeline::SourceRecord;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::string_view kHeaderPrefix = "ce_";

enum class Mode : uint8_t { kStructured, kUnmarked, kBinary, kOtherFormat };

Mode ModeOf(std::span<const pipeline::Header> headers) {
  Mode mode = Mode::kUnmarked;
  for (const pipeline::Header& header : headers) {
    constexpr std::string_view kCloudEvents = "application/cloudevents";
    if (header.name.size() == 12 && StartsWithIgnoringCase(header.name, "content-type") &&
        StartsWithIgnoringCase(header.value, kCloudEvents)) {
      const std::string_view format = header.value.substr(kCloudEvents.size());
      return StartsWithIgnoringCase(format, "+json") ? Mode::kStructured : Mode::kOtherFormat;
    }
    if (header.name.starts_with(kHeaderPrefix)) mode = Mode::kBinary;
  }
  return mode;
}

// The compiler would clear an event by `rep stos`, which takes as long as reading three attributes;
// a size that it cannot see leaves the copy to the C library.
void Clear(Event* event) {
  static_assert(std::is_trivially_copyable_v<Event>);
  static const Event kNothing;
  static const volatile size_t kBytes = sizeof(Event);
  std::memcpy(static_cast<void*>(event), &kNothing, kBytes);
}

// In sound JSON a text has control characters below 0x20 only by an escape. One look at all bytes
// is cheaper than one at each attribute.
bool MayHaveControls(std::string_view json) {
  return std::memchr(json.data(), '\\', json.size()) != nullptr ||
         std::memchr(json.data(), 0x7F, json.size()) != nullptr;
}

}  // namespace

class CloudEventDecoder::Impl {
 public:
  explicit Impl(Options options) : options_(options) {}

  DecodeStatus Decode(const SourceRecord& record, Event* event, Rejection reject) {
    Clear(event);
    if (record.payload.size() > options_.max_bytes) {
      reject(RejectReason::kTooLarge,
             {"the value: more than ", std::to_string(options_.max_bytes), " bytes"});
      return DecodeStatus::kRejected;
    }
    if (options_.learn_shapes) {
      if (DecodeOfKnownShape(record, event)) return DecodeStatus::kEvent;
      Clear(event);
    }
    // A value that is a CloudEvent says so itself; only for others the headers are looked at.
    const auto root = document_.Parse(record.payload, Rejection(&unread_));
    bool known = false;
    const bool structured = root && HasSpecVersion(*root);
    const bool good = structured ? DecodeStructured(*root, record, event, &known, reject)
                                 : DecodeByHeaders(root, record, event, &known, reject);
    if (!good) return DecodeStatus::kRejected;
    if (!known) return DecodeStatus::kUnknownType;
    if (structured && options_.learn_shapes) shapes_.Learn(record.payload, event->type);
    return DecodeStatus::kEvent;
  }

  bool DecodeAhead(const SourceRecord& record, Event* event) {
    if (!options_.learn_shapes || record.payload.size() > options_.max_bytes) return false;
    Clear(event);
    return DecodeOfKnownShape(record, event);
  }

 private:
  // False for an event that needs the parser, be it to say what is wrong with it. Its texts view
  // the record.
  bool DecodeOfKnownShape(const SourceRecord& record, Event* event) {
    Envelope envelope("", /*may_have_controls=*/false, &times_);
    if (!shapes_.Read(record.payload, &envelope, &fields_)) return false;
    const Rejection reject(&unread_);
    bool known = false;
    return envelope.Read(event, &known, reject) && known && KeyIsSubject(record, *event, reject) &&
           HoldsJson(envelope) && ReadFields(fields_, RulesFor(event->type), event, reject);
  }
  static bool HoldsJson(const Envelope& envelope) {
    return !envelope.Has(Attribute::kDataContentType) ||
           IsJsonContentType(envelope.Text(Attribute::kDataContentType));
  }

  static bool HasSpecVersion(element root) {
    return root.type() == element_type::OBJECT &&
           root.at_key("specversion").error() == simdjson::SUCCESS;
  }

  // `root`: the value, if it could be read.
  bool DecodeByHeaders(const std::optional<element>& root, const SourceRecord& record,
                       Event* event, bool* known, Rejection reject) {
    const std::span<const pipeline::Header> headers = record.headers.Read();
    const Mode mode = ModeOf(headers);
    if (mode == Mode::kBinary) return DecodeBinary(headers, root, record, event, known, reject);
    if (mode == Mode::kOtherFormat) {
      return reject(RejectReason::kNotCloudEvent,
                    {"content-type: expected application/cloudevents+json"});
    }
    if (!root) return document_.Parse(record.payload, reject).has_value();
    if (root->type() != element_type::OBJECT) {
      return reject(RejectReason::kNotCloudEvent, {"the value: expected a JSON object"});
    }
    return reject(RejectReason::kNotCloudEvent,
                  {"expected specversion in the value, or ce_ headers"});
  }

  bool DecodeStructured(element root, const SourceRecord& record, Event* event, bool* known,
                        Rejection reject) {
    Envelope envelope("", MayHaveControls(record.payload), &times_);
    element data;
    if (!ReadAttributes(simdjson::dom::object(root), &envelope, &data, reject)) return false;
    if (!envelope.Read(event, known, reject)) return false;
    const bool has_data = envelope.Has(Attribute::kData);
    if (!*known) return !has_data || document_.CheckTree(data, 1, reject);
    if (!KeyIsSubject(record, *event, reject)) return false;
    if (!HoldsJson(envelope)) {
      return reject(RejectReason::kBadValue, {"datacontenttype: expected application/json"});
    }
    const TypeRules& rules = RulesFor(event->type);
    if (has_data) return ReadObject(data, rules, 1, event, reject);
    if (envelope.Has(Attribute::kDataBase64)) {
      return reject(RejectReason::kWrongType, {"data_base64: expected a JSON object in data"});
    }
    fields_.Clear();
    return ReadFields(fields_, rules, event, reject);
  }

  bool ReadObject(element data, const TypeRules& rules, size_t depth, Event* event,
                  Rejection reject) {
    if (data.type() != element_type::OBJECT) {
      return reject(RejectReason::kWrongType, {"data: expected an object"});
    }
    return ReadData(simdjson::dom::object(data), rules, depth, &document_, event, reject);
  }

  bool ReadAttributes(simdjson::dom::object root, Envelope* envelope, element* data,
                      Rejection reject) {
    KeyGuard& keys = document_.keys();
    const KeyGuard::Mark mark = keys.Enter();
    const auto end = root.end();
    for (auto it = root.begin(); it != end; ++it) {
      const std::string_view name = it.key();
      const element value = it.value();
      const Attribute attribute = FindAttribute(name);
      if (attribute == Attribute::kOther) {
        keys.Add(name);
        if (!document_.CheckTree(value, 1, reject)) return false;
        continue;
      }
      if (!envelope->Mark(attribute)) {
        return reject(RejectReason::kDuplicateKey, {name, " stands twice"});
      }
      std::string_view content;
      if (attribute == Attribute::kData) {
        if (value.is_null()) continue;
        *data = value;
      } else if (value.get(content) != simdjson::SUCCESS) {
        if (!ReadOtherThanText(attribute, value, envelope, reject)) return false;
        continue;
      }
      envelope->Set(attribute, content);
    }
    return keys.Leave(mark, reject);
  }

  static bool ReadOtherThanText(Attribute attribute, element value, Envelope* envelope,
                                Rejection reject) {
    if (value.is_null()) return true;
    if (attribute != Attribute::kSequence) {
      return reject(RejectReason::kWrongType, {AttributeName(attribute), ": expected a text"});
    }
    if (!value.is_number()) {
      return reject(RejectReason::kWrongType, {"sequence: expected digits"});
    }
    uint64_t sequence = 0;
    if (value.type() == element_type::DOUBLE || value.get(sequence) != simdjson::SUCCESS) {
      return reject(RejectReason::kBadNumber, {"sequence: expected a whole number from 0"});
    }
    envelope->SetSequence(sequence);
    return true;
  }

  bool DecodeBinary(std::span<const pipeline::Header> headers, const std::optional<element>& root,
                    const SourceRecord& record, Event* event, bool* known, Rejection reject) {
    Envelope envelope(kHeaderPrefix, true, &times_);
    if (!ReadHeaders(headers, &envelope, reject) || !envelope.Read(event, known, reject)) {
      return false;
    }
    if (!*known) return true;
    if (!KeyIsSubject(record, *event, reject)) return false;
    if (!HoldsJson(envelope)) {
      return reject(RejectReason::kBadValue, {"content-type: expected application/json"});
    }
    if (!root) return document_.Parse(record.payload, reject).has_value();
    return ReadObject(*root, RulesFor(event->type), 0, event, reject);
  }

  bool ReadHeaders(std::span<const pipeline::Header> headers, Envelope* envelope,
                   Rejection reject) {
    KeyGuard& keys = document_.keys();
    keys.Clear();
    for (const auto& [header_name, value] : headers) {
      if (header_name.size() == 12 && StartsWithIgnoringCase(header_name, "content-type")) {
        if (!envelope->Mark(Attribute::kDataContentType)) {
          return reject(RejectReason::kDuplicateKey, {"content-type stands twice"});
        }
        envelope->Set(Attribute::kDataContentType, value);
      }
      if (!header_name.starts_with(kHeaderPrefix)) continue;
      if (!simdjson::validate_utf8(header_name.data(), header_name.size()) ||
          !simdjson::validate_utf8(value.data(), value.size())) {
        return reject(RejectReason::kInvalidUtf8, {"a ce_ header is not UTF-8"});
      }
      const std::string_view name = header_name.substr(kHeaderPrefix.size());
      const Attribute attribute = FindAttribute(name);
      if (attribute >= Attribute::kDataContentType) {
        keys.Add(name);
        continue;
      }
      if (!envelope->Mark(attribute)) {
        return reject(RejectReason::kDuplicateKey, {header_name, " stands twice"});
      }
      envelope->Set(attribute, value);
    }
    return keys.Leave(0, reject);
  }

  static bool KeyIsSubject(const SourceRecord& record, const Event& event, Rejection reject) {
    if (record.key.empty() || event.subject.empty() || record.key == event.subject) return true;
    return reject(RejectReason::kKeyMismatch, {"the record's key: expected the event's subject"});
  }

  Options options_;
  JsonDocument document_;
  EventShapes shapes_;
  FieldValues fields_;
  Rfc3339Reader times_;
  pipeline::DecodeError unread_;  // why a value was no JSON, before it is known to matter
};

CloudEventDecoder::CloudEventDecoder() : CloudEventDecoder(Options{}) {}
CloudEventDecoder::CloudEventDecoder(Options options) : impl_(std::make_unique<Impl>(options)) {}
CloudEventDecoder::~CloudEventDecoder() = default;

DecodeStatus CloudEventDecoder::Decode(const SourceRecord& record, Event* event,
                                       pipeline::DecodeError* error) {
  return impl_->Decode(record, event, Rejection(error));
}

bool CloudEventDecoder::DecodeAhead(const SourceRecord& record, Event* event) {
  return impl_->DecodeAhead(record, event);
}

}  // namespace touchline::json
