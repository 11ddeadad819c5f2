#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/rfc3339.h"
#include "domain/explain/explanation.h"
#include "domain/interaction/interaction.h"

namespace touchline::domain {

using Lines = std::vector<std::string>;

inline constexpr std::string_view kDay = "2013-06-04T";

inline EventTime At(const std::string& clock) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(std::string(kDay) + clock + "Z") / 1'000'000);
}

// "09:30", with seconds and milliseconds where there are any.
inline std::string Clock(EventTime t) {
  std::string text = FormatRfc3339(t).substr(kDay.size(), 12);
  if (text.ends_with(".000")) text.resize(text.size() - 4);
  if (text.size() == 8 && text.ends_with(":00")) text.resize(5);
  return text;
}

// Tells one contact's events, of a day in June, and has it explained.
class ExplainedContactTest : public testing::Test {
 protected:
  ExplainedContactTest() { rules_.effective_from = EventTime::Min(); }

  using Fill = std::function<void(Event*)>;
  void Tell(const std::string& clock, EventType type, const Fill& fill = [](Event*) {}) {
    if (!book_) book_ = std::make_unique<RuleBook>(std::vector{rules_}, &symbols_);
    Event event;
    event.type = type;
    event.time_ns = At(clock).millis() * 1'000'000;
    event.id_hash = {.high = 0, .low = ++ids_};
    fill(&event);
    Contributions out;
    uint64_t restated = 0;
    const FoldContext context = {.rules = *book_,
                                 .watermark = watermark_,
                                 .highest = highest_,
                                 .base_limit = highest_};
    EXPECT_EQ(interaction_.Add(MakeLogEntry(event, &symbols_), event.customer, context, &out,
                               &restated),
              Interaction::Added::kApplied);
    highest_ = std::max(highest_, event.time());
  }

  Explanation ExplainAt(const std::string& clock) {
    watermark_ = At(clock);
    return Explain(interaction_, *book_, watermark_, symbols_);
  }

  RuleSet rules_;
  SymbolTable symbols_;
  std::unique_ptr<RuleBook> book_;
  Interaction interaction_;
  EventTime watermark_ = EventTime::Min();
  EventTime highest_ = EventTime::Min();
  uint64_t ids_ = 0;
};

}  // namespace touchline::domain
