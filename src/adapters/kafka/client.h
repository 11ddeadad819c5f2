#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace touchline::adapters {

// What every connection to Kafka needs.
struct KafkaOptions {
  std::string bootstrap;  // "host:port,host:port"
  std::string client_id = "touchline";
  // Properties of librdkafka by their own names: security, timeouts, sizes. Those that Touchline's
  // promises rest on are refused; see CheckKafkaProperties.
  std::map<std::string, std::string> properties;
  // Told what the library has to say to a person, a line at a time, from any thread. May be empty.
  std::function<void(std::string_view line)> log;
};

struct PropertyMistake {
  std::string name;
  std::string message;  // without the name
};

// What is wrong with the `kafka:` properties of a configuration: unknown names, values out of
// range, and properties that Touchline sets itself. Empty when all are good.
std::vector<PropertyMistake> CheckKafkaProperties(
    const std::map<std::string, std::string>& properties);

}  // namespace touchline::adapters
