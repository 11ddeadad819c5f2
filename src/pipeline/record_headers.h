#pragma once

#include <concepts>
#include <span>
#include <string_view>

namespace touchline::pipeline {

struct Header {
  std::string_view name;
  std::string_view value;
};

// A record's headers, read when somebody asks: to look for them costs a tenth of a fold, and an
// event in structured mode does not need them.
class RecordHeaders {
 public:
  // Where they are read from; the handle says which record's.
  class Reader {
   public:
    // The views and the list are valid until the next call, or the source's next Poll.
    virtual std::span<const Header> ReadHeaders(const void* handle) = 0;

   protected:
    ~Reader() = default;
  };

  RecordHeaders() = default;
  // Of a list that somebody keeps.
  template <class List>
    requires std::convertible_to<const List&, std::span<const Header>>
  RecordHeaders(const List& list) : known_(list) {}  // NOLINT(google-explicit-constructor)
  RecordHeaders(Reader* reader, const void* handle) : reader_(reader), handle_(handle) {}

  // Valid as the reader says; for a kept list as long as that one.
  std::span<const Header> Read() const {
    return reader_ == nullptr ? known_ : reader_->ReadHeaders(handle_);
  }

 private:
  std::span<const Header> known_;
  Reader* reader_ = nullptr;
  const void* handle_ = nullptr;
};

}  // namespace touchline::pipeline
