#include "simulator/simulated_event.h"

namespace touchline::simulator {
namespace {

using domain::Event;

constexpr std::string_view Event::*kTextFields[] = {
    &Event::source,          &Event::id,           &Event::subject,     &Event::partner,
    &Event::agent,           &Event::team,         &Event::queue,       &Event::customer,
    &Event::to_queue,        &Event::to_agent,     &Event::to_external, &Event::by_agent,
    &Event::reason,          &Event::priority,     &Event::tier,        &Event::segment,
    &Event::related_to,      &Event::into,         &Event::disposition, &Event::name,
    &Event::stage_name,      &Event::topic,        &Event::survey_kind, &Event::currency,
    &Event::outcome_kind,    &Event::site,         &Event::feedback_source,
    &Event::interaction,
};

}  // namespace

void SimulatedEvent::Assign(const Event& event) {
  static_assert(std::size(kTextFields) <= kMaxTexts);
  scalars_ = event;
  buffer_.clear();
  text_count_ = 0;
  for (size_t i = 0; i < std::size(kTextFields); ++i) {
    const std::string_view text = event.*kTextFields[i];
    if (text.empty()) continue;
    texts_[text_count_++] = {.field = static_cast<uint8_t>(i),
                             .begin = static_cast<uint16_t>(buffer_.size()),
                             .size = static_cast<uint16_t>(text.size())};
    buffer_.append(text);
    scalars_.*kTextFields[i] = {};
  }
}

Event SimulatedEvent::view() const {
  Event event = scalars_;
  for (size_t i = 0; i < text_count_; ++i) {
    const Text& t = texts_[i];
    event.*kTextFields[t.field] = std::string_view(buffer_).substr(t.begin, t.size);
  }
  return event;
}

}  // namespace touchline::simulator
