#include "pipeline/control_reader.h"

namespace touchline::pipeline {

Result<std::span<const ForgottenNote>> ControlReader::Read(Duration max_wait) {
  notes_.clear();
  const auto records = source_.Poll(max_wait);
  if (!records) return tl::unexpected(records.error());
  for (const SourceRecord& record : *records) {
    if (const auto note = DecodeNote(record.payload)) {
      notes_.push_back(*note);
    } else {
      ++unreadable_;
    }
  }
  return std::span<const ForgottenNote>(notes_);
}

}  // namespace touchline::pipeline
