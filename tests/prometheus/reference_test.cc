#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "domain/metrics.h"
#include "domain/metrics_reference.h"

namespace touchline::domain {
namespace {

// ctest runs the tests from the root of the sources.
constexpr const char* kFile = "docs/metrics.md";

TEST(MetricsReferenceTest, IsWhatTheFileSays) {
  const std::string expected = MetricsReference();
  if (std::getenv("TOUCHLINE_UPDATE_GOLDEN") != nullptr) std::ofstream(kFile) << expected;
  std::ifstream file(kFile);
  const std::string actual{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_TRUE(actual == expected)
      << kFile << " is stale; run with TOUCHLINE_UPDATE_GOLDEN=1 and review the difference";
}

TEST(MetricsReferenceTest, NamesEveryMetricOnce) {
  const std::string text = MetricsReference();
  for (const MetricSpec& spec : Catalogue()) {
    const std::string row = "\n| `" + ExportedName(spec) + "` |";
    const size_t first = text.find(row);
    EXPECT_NE(first, std::string::npos) << spec.name;
    EXPECT_EQ(text.find(row, first + 1), std::string::npos) << spec.name;
  }
}

TEST(CatalogueTest, AnnouncesAMetricByOneOfTheSameLabels) {
  for (const MetricSpec& spec : Catalogue()) {
    if (!spec.born_with) continue;
    EXPECT_EQ(Spec(*spec.born_with).scope, spec.scope) << spec.name;
  }
}

TEST(CatalogueTest, NamesEachMetricByOneNameOfItsOwn) {
  for (const MetricSpec& spec : Catalogue()) {
    EXPECT_EQ(&Spec(spec.id), &spec) << "out of order";
    EXPECT_EQ(ParseMetricId(spec.name), spec.id) << spec.name;
    EXPECT_FALSE(spec.help.empty() || spec.formula.empty() || spec.source.empty()) << spec.name;
    size_t combinations = 1;
    for (const ClosedLabel& label : spec.closed) combinations *= label.values.size();
    EXPECT_LE(combinations, 255U) << spec.name;
  }
}

}  // namespace
}  // namespace touchline::domain
