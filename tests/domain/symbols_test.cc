#include "domain/symbols.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/short_text.h"

namespace touchline {
namespace {

// Texts that differ in one byte, or only in how often a byte stands in them.
TEST(ShortTextTest, IsEqualOnlyToTheSameText) {
  std::vector<std::string> texts;
  for (size_t size = 1; size <= ShortText::kMost; ++size) {
    const std::string same(size, 'a');
    texts.push_back(same);
    for (size_t i = 0; i < size; ++i) {
      texts.push_back(same);
      texts.back()[i] = 'b';
      texts.push_back(same);
      texts.back()[i] = '\0';
    }
  }
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(ShortText(a) == ShortText(b), a == b) << a << " and " << b;
    }
    EXPECT_FALSE(ShortText(a) == ShortText()) << a;
  }
}

TEST(SymbolTableTest, GivesATextItsNumberAlways) {
  std::mt19937 random(7);
  domain::SymbolTable symbols;
  std::map<std::string, domain::Symbol> known = {{"", 0}};
  for (int i = 0; i < 100'000; ++i) {
    // Many more texts than are kept as recent ones, short and long.
    std::string text(random() % 20, static_cast<char>('a' + random() % 26));
    if (!text.empty()) text.back() = static_cast<char>('a' + random() % 26);
    const domain::Symbol symbol = symbols.Intern(text);
    const auto [it, is_new] = known.emplace(text, symbol);
    ASSERT_EQ(it->second, symbol) << text;
    ASSERT_EQ(symbols.name(symbol), text);
    ASSERT_EQ(symbols.size(), known.size());
  }
}

}  // namespace
}  // namespace touchline
