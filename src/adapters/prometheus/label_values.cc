#include "adapters/prometheus/label_values.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace touchline::adapters {

std::string_view Name(OpenLabel label) {
  switch (label) {
    case OpenLabel::kPartner:
      return "partner";
    case OpenLabel::kQueue:
      return "queue";
    case OpenLabel::kAgent:
      return "agent";
    case OpenLabel::kSegment:
      return "segment";
    case OpenLabel::kSource:
      return "source";
    case OpenLabel::kPolicy:
      return "policy";
    case OpenLabel::kHolder:
      return "holder";
    case OpenLabel::kStage:
      break;
  }
  return "stage";
}

std::string SanitizeLabelValue(std::string_view raw, size_t max_bytes) {
  if (raw.empty()) return std::string(kNoValue);
  // Each input byte becomes at least one byte of output: what lies further can never fit.
  std::string valid = ToValidUtf8(raw.substr(0, max_bytes + 4));
  valid.resize(TruncateUtf8(valid, max_bytes).size());
  return valid;
}

void AppendEscaped(std::string_view value, std::string* out) {
  while (true) {
    const size_t end = value.find_first_of("\\\"\n");
    out->append(value.substr(0, end));
    if (end == std::string_view::npos) return;
    out->push_back('\\');
    out->push_back(value[end] == '\n' ? 'n' : value[end]);
    value.remove_prefix(end + 1);
  }
}

LabelBounds::LabelBounds(LabelLimits limits) : max_bytes_(std::max<size_t>(limits.max_bytes, 4)) {
  for (size_t i = 0; i < kOpenLabelCount; ++i) {
    const auto it = limits.max_values_of.find(Name(static_cast<OpenLabel>(i)));
    labels_[i].max = it == limits.max_values_of.end() ? limits.max_values : it->second;
  }
}

LabelBounds::Bounded LabelBounds::Bound(OpenLabel label, std::string_view raw) {
  std::string value = SanitizeLabelValue(raw, max_bytes_);
  if (value == kNoValue || value == kOtherValue) return {.value = std::move(value)};
  if (Admit(labels_[static_cast<size_t>(label)], value)) return {.value = std::move(value)};
  return {.value = std::string(kOtherValue), .is_dropped = true};
}

bool LabelBounds::Admit(Values& values, const std::string& value) {
  if (values.admitted.contains(value)) return true;
  if (values.admitted.size() >= values.max) return false;
  values.admitted.emplace(value, true);
  ++version_;
  return true;
}

LabelBounds::Admitted LabelBounds::admitted() const {
  Admitted admitted;
  for (size_t i = 0; i < kOpenLabelCount; ++i) {
    auto& values = admitted[std::string(Name(static_cast<OpenLabel>(i)))];
    for (const auto& [value, present] : labels_[i].admitted) values.push_back(value);
    std::sort(values.begin(), values.end());
  }
  return admitted;
}

void LabelBounds::Restore(const Admitted& admitted) {
  for (size_t i = 0; i < kOpenLabelCount; ++i) {
    const auto it = admitted.find(Name(static_cast<OpenLabel>(i)));
    if (it == admitted.end()) continue;
    for (const std::string& value : it->second) Admit(labels_[i], value);
  }
}

}  // namespace touchline::adapters
