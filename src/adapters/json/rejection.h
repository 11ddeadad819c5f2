#pragma once

#include <initializer_list>
#include <string_view>

#include "domain/event.h"
#include "pipeline/ports.h"

namespace touchline::json {

// Where the steps of one decode say why they stop. The detail names a path of the contract and what
// it wants, never a value of the event: dead letters are read by people who need not see customers.
class Rejection {
 public:
  explicit Rejection(pipeline::DecodeError* error) : error_(error) {}

  // Returns false, so that a step can end with it.
  [[gnu::cold, gnu::noinline]] bool operator()(domain::RejectReason reason,
                                               std::initializer_list<std::string_view> detail) {
    error_->reason = reason;
    error_->detail.clear();
    for (const std::string_view part : detail) error_->detail += part;
    return false;
  }

 private:
  pipeline::DecodeError* error_;
};

}  // namespace touchline::json
