#include "adapters/json/json_document.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "adapters/json/json_fault.h"

namespace touchline::json {
namespace {

using domain::RejectReason;
using simdjson::dom::element_type;

constexpr size_t kFewKeys = 16;
constexpr size_t kMaxShownKey = 64;
constexpr size_t kFirstCapacity = 16 * 1024;

// For a text that the grammar allows and the parser refuses.
RejectReason ReasonOf(simdjson::error_code code) {
  switch (code) {
    case simdjson::NUMBER_ERROR:
      return RejectReason::kBadNumber;
    case simdjson::DEPTH_ERROR:
      return RejectReason::kTooDeep;
    case simdjson::UTF8_ERROR:
      return RejectReason::kInvalidUtf8;
    case simdjson::CAPACITY:
      return RejectReason::kTooLarge;
    default:
      return RejectReason::kMalformedJson;
  }
}

[[gnu::cold, gnu::noinline]] void Explain(std::string_view text, simdjson::error_code code,
                                          Rejection reject) {
  const auto fault = FindJsonFault(text);
  if (fault) {
    reject(fault->reason, {"at byte ", std::to_string(fault->offset),
                           " of the value: ", simdjson::error_message(code)});
  } else {
    reject(ReasonOf(code), {"the value: ", simdjson::error_message(code)});
  }
}

}  // namespace

bool KeyGuard::Leave(Mark mark, Rejection reject) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(mark);
  auto twice = keys_.end();
  if (keys_.size() - mark <= kFewKeys) {
    for (auto it = begin; it != keys_.end(); ++it) {
      if (std::find(begin, it, *it) != it) twice = it;
    }
  } else {
    std::sort(begin, keys_.end());
    twice = std::adjacent_find(begin, keys_.end());
  }
  const std::string_view key = twice == keys_.end() ? std::string_view() : *twice;
  const bool distinct = twice == keys_.end();
  keys_.resize(mark);
  if (distinct) return true;
  return reject(RejectReason::kDuplicateKey,
                {key.size() <= kMaxShownKey ? key : "a long key", " stands twice in one object"});
}

JsonDocument::JsonDocument() { Reserve(kFirstCapacity); }

// Room grows by powers of two, so that a feed of growing records does not allocate for each.
bool JsonDocument::Reserve(size_t bytes) {
  const size_t capacity = std::bit_ceil(std::max(bytes, kFirstCapacity));
  padded_.resize(capacity + simdjson::SIMDJSON_PADDING);
  // The parser counts one level more than it lets in.
  return parser_.allocate(capacity, kMaxDepth + 1) == simdjson::SUCCESS;
}

std::optional<simdjson::dom::element> JsonDocument::Parse(std::string_view text, Rejection reject) {
  keys_.Clear();
  if (text.empty()) {
    reject(RejectReason::kTruncated, {"the value: empty"});
    return std::nullopt;
  }
  if (text.size() > parser_.capacity() && !Reserve(text.size())) {
    reject(RejectReason::kTooLarge, {"no memory for the value"});
    return std::nullopt;
  }
  std::memcpy(padded_.data(), text.data(), text.size());
  std::memset(padded_.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  simdjson::dom::element root;
  const auto code = parser_.parse(padded_.data(), text.size(), false).get(root);
  if (code == simdjson::SUCCESS) return root;
  Explain(text, code, reject);
  return std::nullopt;
}

bool JsonDocument::CheckTree(simdjson::dom::element value, size_t depth, Rejection reject) {
  if (!IsContainer(value)) return true;
  if (depth >= kMaxDepth) {
    return reject(RejectReason::kTooDeep, {"the value nests deeper than 32"});
  }
  if (value.type() == element_type::OBJECT) {
    return CheckObject(simdjson::dom::object(value), depth + 1, reject);
  }
  for (const simdjson::dom::element item : simdjson::dom::array(value)) {
    if (!CheckTree(item, depth + 1, reject)) return false;
  }
  return true;
}

bool JsonDocument::CheckObject(simdjson::dom::object object, size_t depth, Rejection reject) {
  const KeyGuard::Mark mark = keys_.Enter();
  for (const auto [key, value] : object) {
    keys_.Add(key);
    if (!CheckTree(value, depth, reject)) return false;
  }
  return keys_.Leave(mark, reject);
}

}  // namespace touchline::json
