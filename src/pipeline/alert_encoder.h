#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/sla/alert.h"
#include "pipeline/record_headers.h"

namespace touchline::pipeline {

// Writes alerts for their readers. A port: the format is an adapter's. May be called from several
// threads.
class AlertEncoder {
 public:
  virtual ~AlertEncoder() = default;
  // Appends the payload, and the headers, whose texts live as long as the program.
  virtual void Encode(const domain::SlaAlert& alert, std::string_view name_space,
                      std::string* payload, std::vector<Header>* headers) const = 0;
};

}  // namespace touchline::pipeline
