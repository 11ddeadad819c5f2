#pragma once

#include <string_view>

#include "domain/sla/alert.h"
#include "pipeline/outbox.h"

namespace touchline::pipeline {

// Writes alerts for their readers. A port: the format is an adapter's. May be called from several
// threads.
class AlertEncoder {
 public:
  virtual ~AlertEncoder() = default;
  // Fills payload and headers.
  virtual void Encode(const domain::SlaAlert& alert, std::string_view name_space,
                      OutboxRecord* record) const = 0;
};

}  // namespace touchline::pipeline
