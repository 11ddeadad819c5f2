#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "domain/event.h"

namespace touchline::pipeline {

// Keys of the journeys stage, with the unit separator (0x1F) between their parts:
//
//   namespace, "c", customer        a customer
//   namespace, "i", kind, id        a contact whose customer is not known
//   namespace, "f", pseudonym       a customer who has been forgotten
//
// A pseudonym is made from the customer's key and lies in the same partition, so that the task
// which has his contacts can go on with them: it is the key's hash for Kafka's partitioner (4
// bytes), and a hash of 128 bits. The same customer has the same one in every process and at any
// time. It cannot be turned back, but somebody who has a list of names can find out which of them
// it is.

// `customer` is a contact's text of him: his name or pseudonym. REQUIRES: not empty.
void AssignCustomerKey(std::string_view name_space, std::string_view customer, std::string* key);
void AssignStrangerKey(std::string_view name_space, domain::Kind kind, std::string_view id,
                       std::string* key);

// The partition of any of them. REQUIRES: partitions > 0; a key as assigned here.
int32_t PartitionOfJourneys(std::string_view key, int32_t partitions);

// Whether the key has the customer's name in it.
bool NamesCustomer(std::string_view key);
// REQUIRES: NamesCustomer(key), here and below.
Hash128 HashOfCustomer(std::string_view key);
// His pseudonym as a contact's text of him, and the key that goes with it.
std::string PseudonymOf(std::string_view key);
void AssignPseudonymKey(std::string_view key, std::string* pseudonym_key);

}  // namespace touchline::pipeline
