#include "tests/support/fake_source.h"

#include <cstdlib>
#include <iostream>
#include <utility>

namespace touchline::test {

using pipeline::EndProof;
using pipeline::InputIndex;
using pipeline::Offset;
using pipeline::SourceRecord;

FakeSource::FakeSource(const FakeLog* log, const pipeline::Clock* clock,
                       std::vector<FakeInput> inputs)
    : log_(log), clock_(clock), inputs_(std::move(inputs)) {}

Result<std::span<const SourceRecord>> FakeSource::Poll(Duration) {
  views_.clear();
  delivered_.clear();
  if (!log_->link_up()) return Transient("the broker is away");
  if (paused_) return std::span<const SourceRecord>();
  for (size_t i = 0; i < inputs_.size() && views_.size() < batch_limit_; ++i) {
    FakeInput& input = inputs_[turn_];
    turn_ = (turn_ + 1) % inputs_.size();
    if (Status taken = TakeFrom(&input); !taken) return tl::unexpected(taken.error());
  }
  return std::span<const SourceRecord>(views_);
}

Status FakeSource::TakeFrom(FakeInput* input) {
  if (input->start < log_->Low(input->topic, input->partition)) {
    return Fatal("retention has passed offset " + std::to_string(input->start) + " of " +
                 input->topic);
  }
  const Offset end = log_->End(input->topic, input->partition);
  if (input->start > end) {
    return Fatal("offset " + std::to_string(input->start) + " of " + input->topic +
                 " lies beyond its end");
  }
  while (input->start < end && views_.size() < batch_limit_) {
    const LogRecord* record = log_->At(input->topic, input->partition, input->start);
    if (record != nullptr) Publish(*input, *record, input->start);
    ++input->start;
  }
  return {};
}

void FakeSource::Publish(const FakeInput& input, const LogRecord& record, Offset offset) {
  Delivered& copy = delivered_.emplace_back(Delivered{.record = record, .headers = {}});
  for (const auto& [name, value] : copy.record.headers) copy.headers.push_back({name, value});
  views_.push_back({.input = input.input,
                    .offset = offset,
                    .key = copy.record.key,
                    .payload = copy.record.payload,
                    .headers = copy.headers});
}

std::span<const EndProof> FakeSource::TakeEndProofs() {
  taken_.clear();
  for (const auto& [input, proof] : answered_) taken_.push_back(proof);
  answered_.clear();
  return taken_;
}

void FakeSource::ReportProgress(InputIndex input, Offset next) { progress_[input] = next; }

void FakeSource::Redeliver(InputIndex input, Offset offset) { Find(input).start = offset; }

void FakeSource::AskForEnds() {
  if (!log_->link_up()) return;
  for (const FakeInput& input : inputs_) {
    Offset end = log_->End(input.topic, input.partition);
    // Markers at the end hold nothing for us: the end is after the last record, or where we are.
    while (end > input.start && log_->At(input.topic, input.partition, end - 1) == nullptr) --end;
    asked_[input.input] = {.input = input.input, .end_offset = end, .asked_at = clock_->Now()};
  }
}

void FakeSource::DeliverProofs() {
  for (const auto& [input, proof] : asked_) answered_[input] = proof;
  asked_.clear();
}

void FakeSource::ProveEnds() {
  AskForEnds();
  DeliverProofs();
}

Offset FakeSource::position(InputIndex input) const {
  return const_cast<FakeSource*>(this)->Find(input).start;
}

std::optional<Offset> FakeSource::reported_progress(InputIndex input) const {
  const auto found = progress_.find(input);
  if (found == progress_.end()) return std::nullopt;
  return found->second;
}

FakeInput& FakeSource::Find(InputIndex input) {
  for (FakeInput& candidate : inputs_) {
    if (candidate.input == input) return candidate;
  }
  std::cerr << "FakeSource: no input " << input << '\n';
  std::abort();
}

}  // namespace touchline::test
