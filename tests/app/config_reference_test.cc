#include "app/config_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "app/config_reader.h"
#include "app/config_schema.h"
#include "app/import/mapping.h"

namespace touchline::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kReferenceFile = "docs/configuration.md";
constexpr const char* kTemplateFile = "config/touchline.yaml";

std::string FileOrRewritten(const char* path, const std::string& generated) {
  if (const char* update = std::getenv("TOUCHLINE_UPDATE_GOLDEN"); update != nullptr) {
    std::ofstream(path, std::ios::binary) << generated;
  }
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// In the text; the keys of a list's or a map's entry, and of what is within it, in its example.
void ExpectEveryKeyIn(const Section& section, const std::string& text) {
  for (const Field& field : section.fields) EXPECT_THAT(text, HasSubstr(field.name + ":"));
  for (const Section& inner : section.sections) {
    EXPECT_THAT(text, HasSubstr(inner.name + ":"));
    ExpectEveryKeyIn(inner, inner.example.empty() ? text : inner.example);
  }
}

TEST(ConfigReferenceTest, IsWhatTheDocumentSays) {
  const std::string generated = ConfigReference() + MappingReference();
  EXPECT_EQ(FileOrRewritten(kReferenceFile, generated), generated)
      << "stale: run this test with TOUCHLINE_UPDATE_GOLDEN=1";
}

TEST(ConfigTemplateTest, IsWhatTheShippedFileSays) {
  EXPECT_EQ(FileOrRewritten(kTemplateFile, ConfigTemplate()), ConfigTemplate())
      << "stale: run this test with TOUCHLINE_UPDATE_GOLDEN=1";
}

TEST(ConfigTemplateTest, HoldsEveryKey) { ExpectEveryKeyIn(ConfigSchema(), ConfigTemplate()); }

TEST(ConfigTemplateTest, IsValidAndEqualsTheDefaults) {
  const LoadedConfig loaded = ReadConfig(kTemplateFile, ConfigTemplate());
  ASSERT_THAT(loaded.mistakes, IsEmpty());
  const Config defaults;
  EXPECT_EQ(loaded.config.rules, defaults.rules);
  // Of the stages that there are: a topic that nobody has made would be waited for.
  ASSERT_EQ(loaded.config.topics.size(), 3U);
  EXPECT_EQ(loaded.config.topics[0].max_event_bytes, TopicConfig().max_event_bytes);
  EXPECT_EQ(loaded.config.topics[0].allowed_skew, TopicConfig().allowed_skew);
}

TEST(ConfigTemplateTest, ShowsForEachKeyTheDefaultThatAnAbsentKeyHas) {
  const std::string text = ConfigTemplate();
  const std::string topic = "topics: [{name: a, partner: house}]\n";
  const Config shown = ReadConfig("t", text).config;
  const Config absent = ReadConfig("t", topic).config;
  EXPECT_EQ(shown.kafka.bootstrap_servers, absent.kafka.bootstrap_servers);
  EXPECT_EQ(shown.state.cache_bytes, absent.state.cache_bytes);
  EXPECT_EQ(shown.state.folder, absent.state.folder);
  EXPECT_EQ(shown.commit.interval, absent.commit.interval);
  EXPECT_EQ(shown.http.listen, absent.http.listen);
  EXPECT_EQ(shown.metrics.max_label_values, absent.metrics.max_label_values);
}

}  // namespace
}  // namespace touchline::app
