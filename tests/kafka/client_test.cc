#include "adapters/kafka/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/mock_cluster.h"

namespace touchline::adapters {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> MistakenNames(const std::map<std::string, std::string>& properties) {
  std::vector<std::string> names;
  for (const PropertyMistake& m : CheckKafkaProperties(properties)) names.push_back(m.name);
  return names;
}

TEST(CheckKafkaPropertiesTest, AcceptsWhatTheLibraryKnows) {
  EXPECT_TRUE(CheckKafkaProperties({}).empty());
  EXPECT_TRUE(CheckKafkaProperties({{"security.protocol", "ssl"}, {"linger.ms", "20"}}).empty());
}

TEST(CheckKafkaPropertiesTest, RefusesWhatTouchlinesPromisesRestOn) {
  EXPECT_EQ(MistakenNames({{"auto.offset.reset", "latest"},
                           {"enable.idempotence", "false"},
                           {"partitioner", "random"}}),
            (std::vector<std::string>{"auto.offset.reset", "enable.idempotence", "partitioner"}));
}

TEST(CheckKafkaPropertiesTest, ReportsAllMistakesWithTheirReasons) {
  const auto mistakes = CheckKafkaProperties({{"lingr.ms", "5"}, {"socket.timeout.ms", "-7"}});
  ASSERT_EQ(mistakes.size(), 2u);
  EXPECT_THAT(mistakes[0].message, HasSubstr("lingr.ms"));
  EXPECT_THAT(mistakes[1].message, HasSubstr("range"));
}

TEST(KafkaAdminTest, EndsWith78ForAWrongProperty) {
  const auto admin = KafkaAdmin::Connect({.bootstrap = "127.0.0.1:1", .properties = {{"x", "y"}}});
  ASSERT_FALSE(admin);
  EXPECT_EQ(admin.error().exit_code, ExitCode::kConfiguration);
}

TEST(MockClusterTest, RefusesAnotherNumberOfPartitions) {
  auto cluster = std::move(*MockCluster::Start());
  EXPECT_TRUE(cluster->EnsureTopic({.name = "t", .partitions = 2}));
  EXPECT_TRUE(cluster->EnsureTopic({.name = "t", .partitions = 2}));
  const Status other = cluster->EnsureTopic({.name = "t", .partitions = 3});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorClass::kFatal);
}

}  // namespace
}  // namespace touchline::adapters
