#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/flat_map.h"

namespace touchline::domain {

// A text that recurs (an agent, a queue, a partner…), as a number within one task. 0 is the empty
// text. Numbers are given in order of first sight and are part of the task's state.
using Symbol = uint32_t;

// One task's texts. Grows only; its size is bounded by the labels that the task's events carry.
class SymbolTable {
 public:
  SymbolTable() { names_.emplace_back(); }

  // The text's number, given now if it is new. No allocation for a known text.
  Symbol Intern(std::string_view name) {
    if (name.empty()) return 0;
    if (const auto it = by_name_.find(name); it != by_name_.end()) return it->second;
    const auto symbol = static_cast<Symbol>(names_.size());
    names_.emplace_back(name);
    by_name_.emplace(names_.back(), symbol);
    return symbol;
  }
  // REQUIRES: symbol < size(). The reference stays valid.
  const std::string& name(Symbol symbol) const { return names_[symbol]; }
  Symbol size() const { return static_cast<Symbol>(names_.size()); }

 private:
  std::deque<std::string> names_;
  StringMap<Symbol> by_name_;
};

}  // namespace touchline::domain
