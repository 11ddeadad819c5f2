#include "app/processor/label_memory.h"

#include <string>

#include "base/codec.h"

namespace touchline::app {
namespace {

// Beside the tasks' keys, which begin with their stage.
constexpr std::string_view kKey = "\x7flabels";

}  // namespace

Status LabelMemory::Restore() {
  const auto stored = reader_.Get(kKey);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return {};
  adapters::LabelBounds::Admitted admitted;
  ByteReader in(**stored);
  while (in.ok() && !in.empty()) {
    const std::string label(in.String());
    auto& values = admitted[label];
    for (uint64_t n = in.Varint(); n > 0 && in.ok(); --n) values.emplace_back(in.String());
  }
  if (!in.ok()) return Fatal("the admitted labels are damaged", ExitCode::kStateUnreadable);
  pages_.RestoreLabels(admitted);
  kept_version_ = pages_.labels_version();
  return {};
}

void LabelMemory::Keep() {
  const uint64_t version = pages_.labels_version();
  if (version == kept_version_) return;
  kept_version_ = version;
  std::string bytes;
  ByteWriter out(&bytes);
  for (const auto& [label, values] : pages_.admitted_labels()) {
    out.String(label);
    out.Varint(values.size());
    for (const std::string& value : values) out.String(value);
  }
  auto batch = std::make_shared<pipeline::SealedBatch>();
  batch->Put(kKey, bytes);
  committer_.Submit(std::move(batch), [](Status) {});
}

}  // namespace touchline::app
