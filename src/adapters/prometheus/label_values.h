#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/export_options.h"
#include "base/flat_map.h"

namespace touchline::adapters {

// Labels whose values come from events.
enum class OpenLabel : uint8_t {
  kPartner, kQueue, kAgent, kSegment, kSource, kStage, kPolicy, kHolder,
};
inline constexpr size_t kOpenLabelCount = 8;
std::string_view Name(OpenLabel label);

// What stands for an absent value, and for those that found no room. A value that is spelt like one
// of them merges with it.
inline constexpr std::string_view kNoValue = "none";
inline constexpr std::string_view kOtherValue = "other";

// `raw` as a label value: valid UTF-8 (U+FFFD for what is not), at most `max_bytes` bytes cut
// between two characters, "none" for the empty one. Values that become equal are one value.
std::string SanitizeLabelValue(std::string_view raw, size_t max_bytes);

// Appends `value` as the text format wants it between quotes: \\ \" \n.
void AppendEscaped(std::string_view value, std::string* out);

// Bounds how many values each label has. First come, first admitted, and what was admitted stays:
// a series never moves into or out of `other`. Not thread-safe.
class LabelBounds {
 public:
  explicit LabelBounds(LabelLimits limits);

  struct Bounded {
    std::string value;
    bool is_dropped = false;  // no room: value is "other"
  };
  // The value under which `raw` is exported. "none" and "other" need no room.
  Bounded Bound(OpenLabel label, std::string_view raw);

  // What was admitted, by label name and sorted, so that it can be kept over a restart.
  using Admitted = std::map<std::string, std::vector<std::string>, std::less<>>;
  Admitted admitted() const;
  // Admits these before any other, within the limits. Unknown label names are left out.
  void Restore(const Admitted& admitted);
  // Grows with each value admitted: unchanged means nothing new to keep.
  uint64_t version() const { return version_; }

 private:
  struct Values {
    size_t max = 0;
    StringMap<bool> admitted;
  };
  bool Admit(Values& values, const std::string& value);

  size_t max_bytes_;
  std::array<Values, kOpenLabelCount> labels_;
  uint64_t version_ = 0;
};

}  // namespace touchline::adapters
