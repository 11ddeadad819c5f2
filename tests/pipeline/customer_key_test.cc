#include "pipeline/customer_key.h"

#include <gtest/gtest.h>

#include <string>

#include "base/murmur2.h"
#include "domain/pseudonym.h"

namespace touchline::pipeline {
namespace {

std::string CustomerKey(std::string_view name_space, std::string_view customer) {
  std::string key;
  AssignCustomerKey(name_space, customer, &key);
  return key;
}

TEST(CustomerKeyTest, SaysWhetherItHasAName) {
  EXPECT_EQ(CustomerKey("acme", "cora"), "acme\x1f" "c\x1f" "cora");
  EXPECT_TRUE(NamesCustomer(CustomerKey("acme", "cora")));
  EXPECT_TRUE(NamesCustomer(CustomerKey("acme", "a\x1f" "f\x1f")));
  std::string stranger;
  AssignStrangerKey("acme", domain::Kind::kChat, "X1", &stranger);
  EXPECT_EQ(stranger, "acme\x1f" "i\x1f" "chat\x1f" "X1");
  EXPECT_FALSE(NamesCustomer(stranger));
  EXPECT_FALSE(NamesCustomer(""));
  EXPECT_FALSE(NamesCustomer("acme"));
  EXPECT_FALSE(NamesCustomer("acme\x1f" "c\x1f"));
}

TEST(CustomerKeyTest, APseudonymLiesWhereTheNameDid) {
  for (int i = 0; i < 200; ++i) {
    const std::string name = "customer-" + std::to_string(i);
    const std::string key = CustomerKey("acme", name);
    const std::string pseudonym = PseudonymOf(key);
    EXPECT_TRUE(domain::IsPseudonym(pseudonym));
    EXPECT_EQ(pseudonym.find(name), std::string::npos);
    std::string pseudonym_key;
    AssignPseudonymKey(key, &pseudonym_key);
    EXPECT_EQ(CustomerKey("acme", pseudonym), pseudonym_key);
    EXPECT_FALSE(NamesCustomer(pseudonym_key));
    for (const int32_t partitions : {1, 3, 8}) {
      EXPECT_EQ(PartitionOfJourneys(key, partitions), PartitionOfKey(key, partitions));
      EXPECT_EQ(PartitionOfJourneys(pseudonym_key, partitions), PartitionOfKey(key, partitions));
    }
  }
}

TEST(CustomerKeyTest, APseudonymIsOneCustomersOfOneNamespace) {
  EXPECT_EQ(PseudonymOf(CustomerKey("acme", "cora")), PseudonymOf(CustomerKey("acme", "cora")));
  EXPECT_NE(PseudonymOf(CustomerKey("acme", "cora")), PseudonymOf(CustomerKey("acme", "dora")));
  EXPECT_NE(PseudonymOf(CustomerKey("acme", "cora")), PseudonymOf(CustomerKey("north", "cora")));
}

// A key with which somebody says that he is forgotten is still in some partition.
TEST(CustomerKeyTest, APseudonymTooShortHasAPartition) {
  for (const char* key : {"acme\x1f" "f\x1f" "abc", "acme\x1f" "f\x1f", "f", "\x1f" "f\x1f"}) {
    const int32_t partition = PartitionOfJourneys(key, 8);
    EXPECT_GE(partition, 0);
    EXPECT_LT(partition, 8);
  }
}

}  // namespace
}  // namespace touchline::pipeline
