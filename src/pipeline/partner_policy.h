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
  enum class From : uint8_t { kFixed, kField, kQueue, kAgent };
  From from = From::kFixed;
  std::string fixed;  // kFixed; kQueue and kAgent: for names that are not in by_name
  std::set<std::string, std::less<>> allowed;                // kField
  std::map<std::string, std::string, std::less<>> by_name;  // kQueue, kAgent: by the event's

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
        return Derived(event.queue, event.partner);
      case From::kAgent:
        break;
    }
    return Derived(event.agent, event.partner);
  }

 private:
  std::optional<std::string_view> Derived(std::string_view name, std::string_view claimed) const {
    if (name.empty()) {
      // Says nothing of it: the contact stays whose it is, or is whose the event says.
      if (claimed.empty() || claimed == fixed || IsKnown(claimed)) return claimed;
      return std::nullopt;
    }
    const auto it = by_name.find(name);
    const std::string_view derived = it == by_name.end() ? fixed : it->second;
    if (!claimed.empty() && claimed != derived) return std::nullopt;
    return derived;
  }
  bool IsKnown(std::string_view partner) const {
    for (const auto& [name, known] : by_name) {
      if (known == partner) return true;
    }
    return false;
  }
};

}  // namespace touchline::pipeline
