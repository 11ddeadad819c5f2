#pragma once

#include <cstdint>
#include <string>

#include "pipeline/keys.h"

namespace touchline::pipeline {

// Where the interactions of one partition are.
struct InteractionsPlace {
  TaskKey task;
  std::string name_space;
  std::string topic;
  int32_t partition = 0;
};

}  // namespace touchline::pipeline
