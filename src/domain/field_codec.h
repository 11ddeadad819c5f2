#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "base/codec.h"
#include "base/time.h"

namespace touchline::domain {

// The two archives of a Visit(archive, value), which names every field in the order of the state
// format: one writes what the other reads. Numbers that do not fit their field make the reader's
// ByteReader fail.
template <class Writer>
struct FieldWriter {
  Writer& out;
  void operator()(bool v) { out.Bool(v); }
  void operator()(EventTime t) { out.Time(t); }
  void operator()(Duration d) { out.Signed(d.millis()); }
  void operator()(int64_t v) { out.Signed(v); }
  void operator()(const std::string& v) { out.String(v); }
  void operator()(const std::optional<EventTime>& t) {
    out.Bool(t.has_value());
    if (t) out.Time(*t);
  }
  template <class T>
    requires std::is_enum_v<T> || std::is_unsigned_v<T>
  void operator()(T v) {
    out.Varint(static_cast<uint64_t>(v));
  }
  template <class T, class F>
  void Optional(const std::optional<T>& v, F visit) {
    out.Bool(v.has_value());
    if (v) visit(*v);
  }
  template <class Vector, class F>
  void Each(const Vector& v, F each) {
    out.Varint(v.size());
    for (const auto& x : v) each(x);
  }
};

struct FieldReader {
  ByteReader& in;
  void operator()(bool& v) { v = in.Bool(); }
  void operator()(EventTime& t) { t = in.Time(); }
  void operator()(Duration& d) { d = Duration::Millis(in.Signed()); }
  void operator()(int64_t& v) { v = in.Signed(); }
  void operator()(std::string& v) { v = in.String(); }
  void operator()(std::optional<EventTime>& t) {
    t.reset();
    if (in.Bool()) t = in.Time();
  }
  template <class T>
    requires std::is_enum_v<T> || std::is_unsigned_v<T>
  void operator()(T& v) {
    v = static_cast<T>(sizeof(T) <= sizeof(uint32_t) ? in.Varint32() : in.Varint());
  }
  template <class T, class F>
  void Optional(std::optional<T>& v, F visit) {
    v.reset();
    if (in.Bool()) visit(v.emplace());
  }
  template <class Vector, class F>
  void Each(Vector& v, F each) {
    v.clear();
    for (uint64_t n = in.Varint(); n > 0 && in.ok(); --n) each(v.emplace_back());
  }
};

}  // namespace touchline::domain
