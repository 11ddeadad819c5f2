#include "adapters/json/data_reader.h"

#include <cmath>
#include <string>

namespace touchline::json {
namespace {

using domain::Event;
using domain::RejectReason;
using simdjson::dom::element;
using simdjson::dom::element_type;

[[gnu::cold]] std::string AllowedTexts(const ClosedSet& set) {
  std::string all;
  for (uint32_t v = 0; v < 32; ++v) {
    if ((set.allowed >> v & 1) == 0) continue;
    if (!all.empty()) all += ", ";
    all += set.text(v);
  }
  return all;
}

class DataReader {
 public:
  DataReader(JsonDocument* document, Event* event, Rejection reject)
      : document_(document), event_(event), reject_(reject) {}

  // REQUIRES: a field of a shape that takes texts.
  bool TakeText(const Field& field, std::string_view text) {
    switch (field.shape) {
      case Shape::kOneOf:
        if (field.set.assign(text, field.set.allowed, event_)) return true;
        return reject_(RejectReason::kBadValue,
                       {"data.", field.key, ": expected one of ", AllowedTexts(field.set)});
      case Shape::kBot:
        return TakeBot(field, text);
      case Shape::kTime:
        return TakeInstant(field, text);
      default:
        return TakeName(field, text);
    }
  }
  // REQUIRES: a field of a shape that takes true and false.
  void TakeFlag(const Field& field, bool flag) {
    if (field.maybe_flag != nullptr) {
      event_->*field.maybe_flag = flag;
    } else {
      event_->*field.flag = flag;
    }
  }

  bool ReadAll(simdjson::dom::object data, const TypeRules& rules, size_t depth) {
    uint64_t seen = 0;
    uint64_t present = 0;
    KeyGuard& keys = document_->keys();
    const KeyGuard::Mark mark = keys.Enter();
    const auto end = data.end();
    for (auto it = data.begin(); it != end; ++it) {
      const std::string_view text = it.key();
      const element value = it.value();
      const KeyIndex key = FindKey(text);
      if (key == kNoKey) {
        keys.Add(text);
        if (!document_->CheckTree(value, depth + 1, reject_)) return false;
        continue;
      }
      const uint64_t bit = uint64_t{1} << key;
      if ((seen & bit) != 0) {
        return reject_(RejectReason::kDuplicateKey, {"data.", text, " stands twice in one object"});
      }
      seen |= bit;
      const Field* field = rules.ForKey(key);
      if (field == nullptr) {
        if (!document_->CheckTree(value, depth + 1, reject_)) return false;
      } else if (!value.is_null()) {
        if (!Read(*field, value, depth + 1)) return false;
        present |= bit;
      }
    }
    return keys.Leave(mark, reject_) && Finish(rules, present);
  }

  // What can only be said when all fields are known.
  bool Finish(const TypeRules& rules, uint64_t present) {
    if ((rules.required & ~present) != 0) return ReportMissing(rules, present);
    if (rules.one_of != 0) {
      if ((rules.one_of & present) == 0) {
        return reject_(RejectReason::kMissingField,
                       {"data: expected one of to_queue, to_agent, to_external"});
      }
      if (event_->transfer_kind == domain::TransferKind::kNone) {
        event_->transfer_kind = domain::TransferKind::kBlind;
      }
    }
    if (event_->scale && *event_->scale <= 0) {
      return reject_(RejectReason::kBadNumber, {"data.scale: expected a number above 0"});
    }
    if (event_->score && event_->scale && std::abs(*event_->score) > *event_->scale) {
      return reject_(RejectReason::kBadNumber, {"data.score: expected no more than data.scale"});
    }
    return true;
  }

 private:
  bool TakeName(const Field& field, std::string_view text) {
    std::string_view& place = event_->*field.text;
    if (text.empty() && field.shape == Shape::kLabel) return true;
    if (text.empty() || text.size() > field.max_bytes) {
      return reject_(RejectReason::kBadValue, {"data.", field.key, ": expected a text of 1 to ",
                                               std::to_string(field.max_bytes), " bytes"});
    }
    // Only agent.updated says in `data` what the envelope may have said.
    if (!place.empty() && place != text) {
      return reject_(RejectReason::kBadValue,
                     {"data.", field.key, ": differs from the envelope's"});
    }
    place = text;
    return true;
  }

  bool TakeBot(const Field& field, std::string_view name) {
    if (name.empty() || name.size() > domain::kMaxIdBytes) {
      return reject_(RejectReason::kBadValue,
                     {"data.", field.key, ": expected a name of 1 to 256 bytes"});
    }
    event_->*field.flag = true;
    return true;
  }

  bool TakeInstant(const Field& field, std::string_view text) {
    Rfc3339Reader times;
    const auto ns = ReadTime(text, &times);
    if (!ns) {
      return reject_(RejectReason::kBadTime,
                     {"data.", field.key, ": expected RFC 3339 with an offset, 1970 to 2199"});
    }
    event_->*field.time_ns = *ns;
    return true;
  }

  [[gnu::cold]] bool ReportMissing(const TypeRules& rules, uint64_t present) {
    for (const FieldUse& use : rules.uses()) {
      if (use.required && (present >> use.key & 1) == 0) {
        return reject_(RejectReason::kMissingField, {"data.", use.field->key, ": missing"});
      }
    }
    return false;
  }
  bool WrongType(const Field& field, std::string_view expected) {
    return reject_(RejectReason::kWrongType, {"data.", field.key, ": expected ", expected});
  }

  bool Read(const Field& field, element value, size_t depth) {
    switch (field.shape) {
      case Shape::kNumber:
        return ReadNumber(field, value);
      case Shape::kCounts:
        return ReadCounts(field, value, depth);
      case Shape::kTextList:
        return ReadTextList(field, value);
      case Shape::kFlag:
        return ReadWord(field, value, "true or false");
      case Shape::kBot:
        if (!value.is_string()) return ReadWord(field, value, "true, false or a name");
        break;
      case Shape::kTime:
        if (!value.is_string()) return WrongType(field, "a time as text");
        break;
      case Shape::kName:
      case Shape::kLabel:
      case Shape::kOneOf:
        if (!value.is_string()) return WrongType(field, "a text");
    }
    return TakeText(field, value.get_string().value_unsafe());
  }

  bool ReadWord(const Field& field, element value, std::string_view expected) {
    bool flag = false;
    if (value.get(flag) != simdjson::SUCCESS) return WrongType(field, expected);
    TakeFlag(field, flag);
    return true;
  }

  bool ReadNumber(const Field& field, element value) {
    double number = 0;
    if (value.get(number) != simdjson::SUCCESS) return WrongType(field, "a number");
    if (!(number >= field.min && number <= field.max)) {
      return reject_(RejectReason::kBadNumber,
                     {"data.", field.key, ": expected a number from ", std::to_string(field.min),
                      " to ", std::to_string(field.max)});
    }
    event_->*field.number = number;
    return true;
  }

  bool ReadCounts(const Field& field, element value, size_t depth) {
    if (value.type() != element_type::OBJECT) return WrongType(field, "an object");
    if (!document_->CheckTree(value, depth, reject_)) return false;
    for (const auto [name, count] : simdjson::dom::object(value)) {
      if (!count.is_number()) return WrongType(field, "whole numbers");
      uint64_t whole = 0;
      if (count.type() == element_type::DOUBLE || count.get(whole) != simdjson::SUCCESS) {
        return reject_(RejectReason::kBadNumber,
                       {"data.", field.key, ": expected whole numbers from 0"});
      }
    }
    return true;
  }

  bool ReadTextList(const Field& field, element value) {
    if (value.type() != element_type::ARRAY) return WrongType(field, "an array of texts");
    for (const element item : simdjson::dom::array(value)) {
      if (!item.is_string()) return WrongType(field, "an array of texts");
    }
    return true;
  }

  JsonDocument* document_;
  Event* event_;
  Rejection reject_;
};

}  // namespace

std::optional<int64_t> ReadTime(std::string_view text, Rfc3339Reader* times) {
  const auto ns = times->Nanos(text);
  if (!ns || *ns < 0 || *ns >= kEndOfTimeNs) return std::nullopt;
  return ns;
}

bool ReadData(simdjson::dom::object data, const TypeRules& rules, size_t depth,
              JsonDocument* document, Event* event, Rejection reject) {
  return DataReader(document, event, reject).ReadAll(data, rules, depth);
}

bool ReadFields(const FieldValues& fields, const TypeRules& rules, Event* event,
                Rejection reject) {
  DataReader reader(nullptr, event, reject);
  uint64_t present = 0;
  for (const FieldValue& value : fields) {
    if (!value.is_text) {
      reader.TakeFlag(*value.field, value.flag);
    } else if (!reader.TakeText(*value.field, value.text)) {
      return false;
    }
    present |= uint64_t{1} << value.key;
  }
  return reader.Finish(rules, present);
}

}  // namespace touchline::json
