#include "pipeline/customer_key.h"

#include "base/codec.h"
#include "base/murmur2.h"
#include "domain/pseudonym.h"

namespace touchline::pipeline {
namespace {

constexpr char kSeparator = '\x1f';
constexpr size_t kHashBytes = 4;

// What begins with the first separator of a key: a namespace has none.
std::string_view WithoutNameSpace(std::string_view key) {
  const size_t at = key.find(kSeparator);
  return at == std::string_view::npos ? std::string_view() : key.substr(at);
}

bool IsOfForm(std::string_view key, char form) {
  const std::string_view rest = WithoutNameSpace(key);
  return rest.size() > 3 && rest[1] == form && rest[2] == kSeparator;
}

void Begin(std::string_view name_space, char form, std::string* key) {
  key->assign(name_space);
  key->append({kSeparator, form, kSeparator});
}

// Of a pseudonym, without its mark.
std::string BytesOf(std::string_view key) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.BigEndian32(HashOfKafkaKey(key));
  const Hash128 hash = HashOfCustomer(key);
  out.Fixed64(hash.high);
  out.Fixed64(hash.low);
  return bytes;
}

}  // namespace

void AssignCustomerKey(std::string_view name_space, std::string_view customer, std::string* key) {
  if (domain::IsPseudonym(customer)) {
    Begin(name_space, 'f', key);
    key->append(customer.substr(1));
    return;
  }
  Begin(name_space, 'c', key);
  key->append(customer);
}

void AssignStrangerKey(std::string_view name_space, domain::Kind kind, std::string_view id,
                       std::string* key) {
  Begin(name_space, 'i', key);
  key->append(domain::Name(kind));
  key->push_back(kSeparator);
  key->append(id);
}

int32_t PartitionOfJourneys(std::string_view key, int32_t partitions) {
  if (IsOfForm(key, 'f')) {
    const std::string_view pseudonym = WithoutNameSpace(key).substr(3);
    if (pseudonym.size() > kHashBytes) {
      return PartitionOfHash(ByteReader(pseudonym).BigEndian32(), partitions);
    }
  }
  return PartitionOfKey(key, partitions);
}

bool NamesCustomer(std::string_view key) { return IsOfForm(key, 'c'); }

Hash128 HashOfCustomer(std::string_view key) { return HashText(key); }

std::string PseudonymOf(std::string_view key) {
  return std::string(1, domain::kPseudonymMark) + BytesOf(key);
}

void AssignPseudonymKey(std::string_view key, std::string* pseudonym_key) {
  Begin(key.substr(0, key.size() - WithoutNameSpace(key).size()), 'f', pseudonym_key);
  pseudonym_key->append(BytesOf(key));
}

}  // namespace touchline::pipeline
