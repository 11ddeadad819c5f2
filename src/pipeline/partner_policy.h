#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "domain/event.h"

namespace touchline::pipeline {

// Whose an event is: the topic's configuration decides, an event may only agree.
struct PartnerPolicy {
  enum class From : uint8_t { kFixed, kField, kQueue };
  From from = From::kFixed;
  std::string fixed;                          // kFixed; kQueue: for queues that are not named
  std::set<std::string, std::less<>> allowed;  // kField
  std::map<std::string, std::string, std::less<>> by_queue;

  // The event's partner, "" where it names none; nullopt if it claims one that it may not.
  // The view is into the policy or the event.
  std::optional<std::string_view> PartnerOf(const domain::Event& event) const {
    switch (from) {
      case From::kFixed:
        if (!event.partner.empty() && event.partner != fixed) return std::nullopt;
        return fixed;
      case From::kField:
        if (!event.partner.empty() && !allowed.contains(event.partner)) return std::nullopt;
        return event.partner;
      case From::kQueue:
        break;
    }
    std::string_view derived = fixed;
    if (!event.queue.empty()) {
      if (const auto it = by_queue.find(event.queue); it != by_queue.end()) derived = it->second;
    } else if (event.partner.empty()) {
      return std::string_view();  // says nothing of a queue: the contact stays whose it is
    }
    if (event.partner.empty() || event.partner == derived) return derived;
    if (!event.queue.empty()) return std::nullopt;
    for (const auto& [queue, partner] : by_queue) {
      if (partner == event.partner) return event.partner;
    }
    return std::nullopt;
  }
};

}  // namespace touchline::pipeline
