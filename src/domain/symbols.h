#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/flat_map.h"
#include "base/short_text.h"

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
    if (name.size() > ShortText::kMost) return InternAny(name);
    const ShortText text(name);
    Recent& recent = recent_[text.hash() % kRecent];
    if (recent.text != text) recent = {.text = text, .symbol = InternAny(name)};
    return recent.symbol;
  }
  // REQUIRES: symbol < size(). The reference stays valid.
  const std::string& name(Symbol symbol) const { return names_[symbol]; }
  Symbol size() const { return static_cast<Symbol>(names_.size()); }

 private:
  // Most texts are short and were seen not long ago: these are found with one look.
  static constexpr size_t kRecent = 256;
  struct Recent {
    ShortText text;
    Symbol symbol = 0;
  };

  Symbol InternAny(std::string_view name) {
    if (const auto it = by_name_.find(name); it != by_name_.end()) return it->second;
    const auto symbol = static_cast<Symbol>(names_.size());
    names_.emplace_back(name);
    by_name_.emplace(names_.back(), symbol);
    return symbol;
  }

  std::deque<std::string> names_;
  StringMap<Symbol> by_name_;
  std::array<Recent, kRecent> recent_;
};

}  // namespace touchline::domain
