#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/alert_encoder.h"

namespace touchline::json {

// Alerts as CloudEvents 1.0 in structured mode; docs/events/touchline-alerts.schema.json is the
// contract.
class AlertEncoder final : public pipeline::AlertEncoder {
 public:
  void Encode(const domain::SlaAlert& alert, std::string_view name_space,
              std::string* payload, std::vector<pipeline::Header>* headers) const override;
};

}  // namespace touchline::json
