#pragma once

#include <memory>

namespace touchline {

// A value that few of its holders have: elsewhere, so that those without it pay for a pointer only.
// Copied with its holder.
template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(const Rare& o) : value_(o.value_ ? std::make_unique<T>(*o.value_) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& o) { return *this = Rare(o); }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  // nullptr: there is none.
  const T* get() const { return value_.get(); }
  T* get() { return value_.get(); }
  // Made when first asked for.
  T& Make() {
    if (value_ == nullptr) value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace touchline
