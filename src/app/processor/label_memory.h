#pragma once

#include <memory>

#include "adapters/prometheus/metrics_pages.h"
#include "base/result.h"
#include "pipeline/ports.h"

namespace touchline::app {

// Keeps the label values that the pages have admitted over a restart, so that a series never moves
// into or out of `other`. What it is made from must outlive it.
class LabelMemory {
 public:
  LabelMemory(adapters::MetricsPages* pages, pipeline::StateReader* reader,
              pipeline::Committer* committer)
      : pages_(*pages), reader_(*reader), committer_(*committer) {}

  // Before the first scrape.
  Status Restore();
  // Stores what is new, if anything. A failure shows itself at the next commit.
  void Keep();

 private:
  adapters::MetricsPages& pages_;
  pipeline::StateReader& reader_;
  pipeline::Committer& committer_;
  uint64_t kept_version_ = 0;
};

}  // namespace touchline::app
