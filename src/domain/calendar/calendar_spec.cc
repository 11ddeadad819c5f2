#include "domain/calendar/calendar_spec.h"

#include <string>

namespace touchline::domain {
namespace {

using Day = std::vector<DayInterval>;

void EncodeDay(const Day& day, ByteWriter* out) {
  out->Varint(day.size());
  for (const DayInterval& interval : day) {
    out->Signed(interval.begin_minute);
    out->Signed(interval.end_minute);
  }
}

Day DecodeDay(ByteReader* in) {
  Day day;
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const auto begin = static_cast<int32_t>(in->Signed());
    day.push_back({.begin_minute = begin, .end_minute = static_cast<int32_t>(in->Signed())});
  }
  return day;
}

void EncodeDates(const std::map<CivilDate, Day>& dates, ByteWriter* out) {
  out->Varint(dates.size());
  for (const auto& [date, day] : dates) {
    out->Signed(date.days());
    EncodeDay(day, out);
  }
}

CivilDate DecodeDate(ByteReader* in) {
  return CivilDate::FromDays(static_cast<int32_t>(in->Signed()));
}

void DecodeDates(ByteReader* in, std::map<CivilDate, Day>* dates) {
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
    const CivilDate date = DecodeDate(in);
    (*dates)[date] = DecodeDay(in);
  }
}

}  // namespace

void Encode(const CalendarSpec& spec, ByteWriter* out) {
  out->String(spec.time_zone);
  out->Bool(spec.always_open);
  for (const Day& day : spec.week) EncodeDay(day, out);
  EncodeDates(spec.shifts, out);
  EncodeDates(spec.breaks, out);
  out->Varint(spec.holidays.size());
  for (const CivilDate date : spec.holidays) out->Signed(date.days());
}

bool Decode(ByteReader* in, CalendarSpec* spec) {
  *spec = CalendarSpec();
  spec->time_zone = in->String();
  spec->always_open = in->Bool();
  for (Day& day : spec->week) day = DecodeDay(in);
  DecodeDates(in, &spec->shifts);
  DecodeDates(in, &spec->breaks);
  for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) spec->holidays.insert(DecodeDate(in));
  return in->ok();
}

}  // namespace touchline::domain
