#pragma once

#include <string_view>

#include "domain/event.h"

namespace touchline::naive {

// What an event that is told says, for Telling::Tell.

inline auto Queue(std::string_view queue) {
  return [queue](domain::Event& e) { e.queue = queue; };
}
inline auto Agent(std::string_view agent) {
  return [agent](domain::Event& e) { e.agent = agent; };
}
inline auto By(domain::Party by) {
  return [by](domain::Event& e) { e.by = by; };
}
inline auto Author(domain::Party author, std::string_view agent = "") {
  return [author, agent](domain::Event& e) {
    e.author = author;
    e.agent = agent;
  };
}
inline auto Status(domain::TicketStatus status) {
  return [status](domain::Event& e) { e.status = status; };
}
inline auto Resolved(bool resolved) {
  return [resolved](domain::Event& e) { e.resolved = resolved; };
}

}  // namespace touchline::naive
