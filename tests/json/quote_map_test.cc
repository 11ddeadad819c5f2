#include "adapters/json/quote_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

namespace touchline::json {
namespace {

// The quotes by the map, one after the other, as those of the text are found by std::string.
void ExpectQuotesOf(const QuoteMap& map, const std::string& text) {
  for (size_t from = 0; from <= text.size(); ++from) {
    const size_t expected = std::min(text.find('"', from), text.size());
    ASSERT_EQ(map.QuoteFrom(from), expected) << "from " << from << " of " << text.size();
  }
}

std::string Plain(size_t size) { return std::string(size, 'x'); }

TEST(QuoteMapTest, FindsEachQuoteOfTextsOfEveryLength) {
  std::mt19937 random(5);
  QuoteMap map;  // the same for all: nothing of one event may be left for the next
  for (size_t size = QuoteMap::kFewestBytes; size < 400; ++size) {
    for (const unsigned one_in : {2u, 15u, 200u}) {
      std::string text = Plain(size);
      for (char& c : text) c = random() % one_in == 0 ? '"' : 'x';
      // On the heap, where a read beyond its end is found by the sanitizer.
      const auto copy = std::make_unique<char[]>(size);
      text.copy(copy.get(), size);
      ASSERT_TRUE(map.TakePlain({copy.get(), size}));
      ExpectQuotesOf(map, text);
    }
  }
}

TEST(QuoteMapTest, TakesTextsUpToItsBounds) {
  QuoteMap map;
  EXPECT_FALSE(map.TakePlain(Plain(QuoteMap::kFewestBytes - 1)));
  EXPECT_FALSE(map.TakePlain(Plain(QuoteMap::kMostBytes + 1)));
  std::string longest = Plain(QuoteMap::kMostBytes);
  ASSERT_TRUE(map.TakePlain(longest));
  ExpectQuotesOf(map, longest);
  longest.back() = '"';
  ASSERT_TRUE(map.TakePlain(longest));
  ExpectQuotesOf(map, longest);
}

// Wherever it stands, within a step of the scan or in its overlapping end.
TEST(QuoteMapTest, RefusesWhatIsNotPlainWhereverItStands) {
  QuoteMap map;
  for (const size_t size : {16u, 17u, 31u, 32u, 33u, 100u}) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string text = Plain(size);
        text[at] = static_cast<char>(c);
        const bool plain = c >= 0x20 && c < 0x7F && c != '\\';
        ASSERT_EQ(map.TakePlain(text), plain) << c << " at " << at << " of " << size;
      }
    }
  }
}

TEST(QuoteMapTest, TakesOtherAlphabetsButNoControlBesideThem) {
  QuoteMap map;
  const std::string city = "\"Łódź, \U0001F600 Αθήνα\"";
  ASSERT_TRUE(map.TakePlain(city));
  ExpectQuotesOf(map, city);
  for (size_t at = 0; at <= 40; ++at) {
    const std::string around(40, 'x');
    for (const char control : {'\x1F', '\x7F', '\0'}) {
      std::string text = city + around;
      text.insert(city.size() + at, 1, control);
      EXPECT_FALSE(map.TakePlain(text)) << at;
      EXPECT_FALSE(map.TakePlain(text.substr(city.size()) + city)) << at;
    }
  }
  EXPECT_FALSE(map.TakePlain(city + "\\n"));
  EXPECT_FALSE(map.TakePlain(city.substr(0, city.size() - 2)));  // within a character
}

}  // namespace
}  // namespace touchline::json
