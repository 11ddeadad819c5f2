#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/world.h"
#include "tests/support/naive/model.h"

namespace touchline::sim {

// What the topic of alerts says, read as its consumers would.
class AlertAudit {
 public:
  explicit AlertAudit(World* world) : world_(*world) {}

  // Reads on. An alert has one content whenever it is sent, and takes back only what was said
  // before it, once. What is wrong, for people, or nullopt.
  std::optional<std::string> Check();
  // At rest: whether the breaches that stand are those of the model, clock by clock. The inputs
  // are those that the model was given.
  std::optional<std::string> CompareWithModel(const naive::ModelResult& expected,
                                              const std::vector<naive::InputLog>& inputs) const;
  // How many breaches stand: said, and not taken back.
  int64_t breaches() const;
  // How many alerts were taken back.
  int64_t retractions() const;
  // How many different alerts each task has sent, by "topic/partition".
  std::map<std::string, uint64_t> BySender() const;

 private:
  struct Seen {
    std::string sender, payload;
    std::string breach;  // what it says of a clock; "": it says no breach
    bool is_retracted = false;
    bool StandsAsBreach() const { return !breach.empty() && !is_retracted; }
  };

  World& world_;
  pipeline::Offset read_ = 0;
  std::map<std::string, Seen> alerts_;  // by id
};

}  // namespace touchline::sim
