#include "pipeline/forgotten_customers.h"

#include <algorithm>
#include <utility>

#include "pipeline/customer_key.h"

namespace touchline::pipeline {

std::string ForgottenCustomers::RowKey(const Hash128& customer) const {
  std::string key = TablePrefix(task_, Table::kForgotten);
  ByteWriter out(&key);
  out.Fixed64(customer.high);
  out.Fixed64(customer.low);
  return key;
}

Status ForgottenCustomers::Restore(StateReader* reader) {
  const std::string prefix = TablePrefix(task_, Table::kForgotten);
  bool good = true;
  auto status = reader->Scan(
      prefix, PrefixEnd(prefix), [&](std::string_view key, std::string_view value) {
        ByteReader key_in(key.substr(prefix.size())), in(value);
        Hash128 customer;
        customer.high = key_in.Fixed64();
        customer.low = key_in.Fixed64();
        Known& known = known_[customer];
        known.until = in.Time();
        known.is_swept = in.Bool();
        if (!known.is_swept) unswept_.push_back({.customer = customer, .until = known.until});
        good = key_in.ok() && in.ok();
        return good;
      });
  if (status && !good) {
    return Fatal("what a task knows of forgotten customers is damaged",
                 ExitCode::kStateUnreadable);
  }
  return status;
}

bool ForgottenCustomers::Add(const ForgottenNote& note) {
  const auto [it, is_new] = known_.try_emplace(note.customer);
  if (!is_new && it->second.until >= note.until) return false;
  it->second = {.until = note.until, .is_swept = false};
  unswept_.push_back(note);
  changed_.push_back(note.customer);
  return true;
}

EventTime ForgottenCustomers::Until(std::string_view key) const {
  const auto it = known_.find(HashOfCustomer(key));
  return it != known_.end() ? it->second.until : EventTime::Min();
}

void ForgottenCustomers::BeginSweep() { sweeping_ = std::exchange(unswept_, {}); }

// One of whom more was asked meanwhile waits for another search.
int64_t ForgottenCustomers::EndSweep() {
  for (const ForgottenNote& note : sweeping_) {
    Known& known = known_[note.customer];
    if (known.until != note.until) continue;
    known.is_swept = true;
    changed_.push_back(note.customer);
  }
  return static_cast<int64_t>(std::exchange(sweeping_, {}).size());
}

void ForgottenCustomers::Seal(SealedBatch* batch) {
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  for (const Hash128& customer : std::exchange(changed_, {})) {
    const Known& known = known_[customer];
    std::string row;
    ByteWriter out(&row);
    out.Time(known.until);
    out.Bool(known.is_swept);
    batch->Put(RowKey(customer), row);
  }
}

}  // namespace touchline::pipeline
