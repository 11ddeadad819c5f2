// What the simulator says, through the encoder and back through the strict decoder: nothing that it
// means to be readable is refused, and nothing that it means as poison is taken.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "simulator/bench_feed.h"
#include "simulator/simulator.h"

namespace touchline::simulator {
namespace {

using domain::Event;
using pipeline::DecodeError;
using pipeline::DecodeStatus;

std::string Json(const Event& e) {
  std::string out;
  json::AppendStructured(e, &out);
  return out;
}

// Encodes, decodes, and compares every field that the simulator owns, by telling it again.
void ExpectSame(const Event& told, json::CloudEventDecoder* decoder) {
  const std::string text = Json(told);
  Event read;
  DecodeError error;
  const DecodeStatus status =
      decoder->Decode({.key = told.subject, .payload = text}, &read, &error);
  ASSERT_EQ(status, DecodeStatus::kEvent) << Name(error.reason) << ": " << error.detail << text;
  SimulatedEvent again(read);
  ASSERT_EQ(read.id_hash, told.id_hash) << text;
  ASSERT_EQ(read.order(), told.order()) << text;
  // Were a field told that this type cannot carry, the text would be without it.
  const auto fields = [](const Event& e) {
    std::string s;
    for (const std::string_view v :
         {e.source, e.id, e.subject, e.partner, e.agent, e.team, e.queue, e.customer, e.to_queue,
          e.to_agent, e.to_external, e.by_agent, e.reason, e.priority, e.tier, e.segment,
          e.related_to, e.into, e.disposition, Name(e.cause), Name(e.direction), Name(e.channel),
          Name(e.by), Name(e.author), Name(e.initiator), Name(e.created_by),
          Name(e.abandon_stage), Name(e.transfer_kind), Name(e.visibility), Name(e.status),
          Name(e.relation)}) {
      s.append(v).append("|");
    }
    s += e.resolved ? (*e.resolved ? "yes" : "no") : "unknown";
    s += std::to_string(e.automated) + std::to_string(e.repeated_info) + std::to_string(e.bot) +
         std::to_string(e.is_final) + std::to_string(e.complete_until_ns.value_or(0));
    return s;
  };
  ASSERT_EQ(fields(again.view()), fields(told)) << text;
}

TEST(RoundTripTest, ReadsEveryEventAsItWasTold) {
  SimulatorOptions o;
  o.seed = 21;
  o.length = Duration::Hours(8);
  o.contacts_per_hour = 100;
  o.delivery = DeliveryKnobs::Rough();
  o.delivery.heartbeat_every = Duration::Minutes(5);
  Simulator simulator(o);
  json::CloudEventDecoder decoder;
  for (SimulatedRecord r; simulator.Next(&r);) {
    if (r.what == RecordWhat::kPoison || r.what == RecordWhat::kUnknownType) continue;
    ExpectSame(r.event.view(), &decoder);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(RoundTripTest, RefusesEachPoisonForItsReasonAndSkipsUnknownTypes) {
  SimulatorOptions o;
  o.seed = 22;
  o.length = Duration::Hours(1);
  o.delivery = {.poison_share = 0.2, .unknown_type_share = 0.1};
  Simulator simulator(o);
  json::CloudEventDecoder decoder;
  std::map<domain::RejectReason, int> refused;
  int skipped = 0;
  Event read;
  DecodeError error;
  for (SimulatedRecord r; simulator.Next(&r);) {
    if (r.what != RecordWhat::kPoison && r.what != RecordWhat::kUnknownType) continue;
    const DecodeStatus status =
        decoder.Decode({.key = r.key, .payload = r.raw}, &read, &error);
    if (r.what == RecordWhat::kUnknownType) {
      ASSERT_EQ(status, DecodeStatus::kUnknownType) << r.raw;
      ++skipped;
      continue;
    }
    ASSERT_EQ(status, DecodeStatus::kRejected) << r.raw;
    ASSERT_EQ(Name(error.reason), Name(*r.reject_reason)) << error.detail << "\n" << r.raw;
    ++refused[error.reason];
  }
  EXPECT_GT(skipped, 100);
  EXPECT_GE(refused.size(), 11u);
}

TEST(RoundTripTest, ReadsTheBenchFeedInAboutThreeHundredBytes) {
  BenchFeed feed({.contacts = 300, .open_contacts = 50});
  json::CloudEventDecoder decoder;
  size_t bytes = 0;
  size_t records = 0;
  for (SimulatedRecord r; feed.Next(&r); ++records) {
    ExpectSame(r.event.view(), &decoder);
    if (testing::Test::HasFatalFailure()) return;
    bytes += Json(r.event.view()).size();
  }
  EXPECT_NEAR(static_cast<double>(bytes) / static_cast<double>(records), 300, 15);
}

}  // namespace
}  // namespace touchline::simulator
