#include "adapters/json/data_reader.h"

#include <cmath>
#include <string>

#include "base/rfc3339.h"

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
      case Shape::kName:
      case Shape::kLabel:
        return ReadText(field, value);
      case Shape::kOneOf:
        return ReadOneOf(field, value);
      case Shape::kFlag:
        return ReadFlag(field, value);
      case Shape::kNumber:
        return ReadNumber(field, value);
      case Shape::kTime:
        return ReadInstant(field, value);
      case Shape::kBot:
        return ReadBot(field, value);
      case Shape::kCounts:
        return ReadCounts(field, value, depth);
      case Shape::kTextList:
        return ReadTextList(field, value);
    }
    return false;
  }

  bool ReadText(const Field& field, element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return WrongType(field, "a text");
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

  bool ReadOneOf(const Field& field, element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return WrongType(field, "a text");
    if (field.set.assign(text, field.set.allowed, event_)) return true;
    return reject_(RejectReason::kBadValue,
                   {"data.", field.key, ": expected one of ", AllowedTexts(field.set)});
  }

  bool ReadFlag(const Field& field, element value) {
    bool flag = false;
    if (value.get(flag) != simdjson::SUCCESS) return WrongType(field, "true or false");
    if (field.maybe_flag != nullptr) {
      event_->*field.maybe_flag = flag;
    } else {
      event_->*field.flag = flag;
    }
    return true;
  }

  bool ReadBot(const Field& field, element value) {
    if (!value.is_string()) {
      bool flag = false;
      if (value.get(flag) != simdjson::SUCCESS) return WrongType(field, "true, false or a name");
      event_->*field.flag = flag;
      return true;
    }
    const std::string_view name = value.get_string().value_unsafe();
    if (name.empty() || name.size() > domain::kMaxIdBytes) {
      return reject_(RejectReason::kBadValue,
                     {"data.", field.key, ": expected a name of 1 to 256 bytes"});
    }
    event_->*field.flag = true;
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

  bool ReadInstant(const Field& field, element value) {
    if (!value.is_string()) return WrongType(field, "a time as text");
    const auto ns = ReadTime(value.get_string().value_unsafe());
    if (!ns) {
      return reject_(RejectReason::kBadTime,
                     {"data.", field.key, ": expected RFC 3339 with an offset, 1970 to 2199"});
    }
    event_->*field.time_ns = *ns;
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

std::optional<int64_t> ReadTime(std::string_view text) {
  const auto ns = ParseRfc3339Nanos(text);
  if (!ns || *ns < 0 || *ns >= kEndOfTimeNs) return std::nullopt;
  return ns;
}

bool ReadData(simdjson::dom::object data, const TypeRules& rules, size_t depth,
              JsonDocument* document, Event* event, Rejection reject) {
  return DataReader(document, event, reject).ReadAll(data, rules, depth);
}

bool ReadNoData(const TypeRules& rules, Event* event, Rejection reject) {
  return DataReader(nullptr, event, reject).Finish(rules, 0);
}

}  // namespace touchline::json
