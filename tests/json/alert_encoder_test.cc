// Holds the contract of alerts in docs/events to what is sent.

#include "adapters/json/alert_encoder.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rfc3339.h"
#include "tests/json/example_files.h"

namespace touchline::json {
namespace {

using domain::SlaAlert;
using domain::SlaAlertKind;
using simdjson::dom::element;
using simdjson::dom::object;

EventTime At(std::string_view text) {
  return EventTime::FromMillis(*ParseRfc3339Nanos(text) / 1'000'000);
}

SlaAlert Breach() {
  SlaAlert alert;
  alert.kind = SlaAlertKind::kBreached;
  alert.revision = 2;
  alert.contact = domain::Kind::kTicket;
  alert.id = "ticket-20261122-88";
  alert.birth = 41;
  alert.customer = "cust-5501";
  alert.partner = "north-bpo";
  alert.queue = "returns";
  alert.policy = "gold";
  alert.holder = "returns-team";
  alert.channel = domain::Channel::kEmail;
  alert.target = domain::SlaTarget::kFirstResponse;
  alert.cycle = 1;
  alert.at = alert.due = At("2026-11-23T09:30:00.250Z");
  alert.budget = Duration::Millis(5'400'500);
  return alert;
}

SlaAlert AtRisk() {
  SlaAlert alert = Breach();
  alert.kind = SlaAlertKind::kAtRisk;
  alert.revision = 1;
  alert.at = At("2026-11-23T09:12:00Z");
  return alert;
}

SlaAlert Retraction() {
  SlaAlert alert = Breach();
  alert.kind = SlaAlertKind::kRetracted;
  alert.revision = 3;
  alert.retracts = 2;
  alert.retracted = SlaAlertKind::kBreached;
  return alert;
}

std::string Encoded(const SlaAlert& alert) {
  std::string payload;
  std::vector<pipeline::Header> headers;
  AlertEncoder().Encode(alert, "north", &payload, &headers);
  EXPECT_EQ(headers.size(), 1u);
  EXPECT_EQ(headers[0].value, "application/cloudevents+json");
  return payload;
}

std::set<std::string> KeysOf(object o) {
  std::set<std::string> keys;
  for (const auto [key, value] : o) keys.emplace(key);
  return keys;
}

std::set<std::string> Texts(element list) {
  std::set<std::string> texts;
  for (const element text : simdjson::dom::array(list)) texts.emplace(std::string_view(text));
  return texts;
}

bool Includes(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

TEST(AlertEncoderTest, TheExamplesAreWhatIsSent) {
  for (const SlaAlert& alert : {AtRisk(), Breach(), Retraction()}) {
    const std::string name = "examples/alerts/" + std::string(domain::Name(alert.kind)) + ".json";
    simdjson::dom::parser parser, other;
    const std::string sent = Encoded(alert), shown = ReadDocument(name);
    EXPECT_EQ(simdjson::minify(parser.parse(sent).value()),
              simdjson::minify(other.parse(shown).value()))
        << name;
  }
}

TEST(AlertEncoderTest, WhatIsSentIsInTheSchemaAndWhatItRequiresIsSent) {
  simdjson::dom::parser parser;
  const std::string text = ReadDocument("touchline-alerts.schema.json");
  const element schema = parser.parse(text).value();
  const element data_schema = schema["properties"]["data"];
  for (const SlaAlert& alert : {AtRisk(), Breach(), Retraction()}) {
    simdjson::dom::parser sent_parser;
    const std::string sent = Encoded(alert);
    const element event = sent_parser.parse(sent).value();
    EXPECT_TRUE(Includes(KeysOf(schema["properties"]), KeysOf(event)));
    EXPECT_TRUE(Includes(KeysOf(event), Texts(schema["required"])));
    EXPECT_TRUE(Includes(KeysOf(data_schema["properties"]), KeysOf(event["data"])));
    EXPECT_TRUE(Includes(KeysOf(event["data"]), Texts(data_schema["required"])));
    EXPECT_TRUE(Texts(schema["properties"]["type"]["enum"])
                    .contains(std::string(std::string_view(event["type"]))));
  }
  std::set<std::string> targets;
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    targets.emplace(domain::Name(static_cast<domain::SlaTarget>(i)));
  }
  EXPECT_EQ(Texts(data_schema["properties"]["target"]["enum"]), targets);
}

TEST(AlertEncoderTest, AsyncApiNamesEachType) {
  simdjson::dom::parser parser;
  const std::string text = ReadDocument("asyncapi.json");
  const element api = parser.parse(text).value();
  EXPECT_EQ(std::string_view(api["channels"]["alerts"]["address"]), "touchline.alerts");
  EXPECT_EQ(std::string_view(api["operations"]["sendAlerts"]["action"]), "send");
  for (const auto kind : {SlaAlertKind::kAtRisk, SlaAlertKind::kBreached,
                          SlaAlertKind::kRetracted}) {
    const std::string name(domain::Name(kind));
    EXPECT_TRUE(KeysOf(api["channels"]["alerts"]["messages"]).contains(name));
    EXPECT_TRUE(KeysOf(api["components"]["messages"]).contains(name));
  }
}

TEST(AlertEncoderTest, TheIdIsThatOfItsClockAndRevision) {
  const SlaAlert alert = Breach();
  const auto id_of = [](const SlaAlert& a) { return domain::AlertId("north", a, a.revision); };
  EXPECT_EQ(id_of(alert), id_of(Breach()));
  std::set<std::string> ids = {id_of(alert), domain::AlertId("south", alert, alert.revision)};
  const auto add = [&](auto change) {
    SlaAlert other = Breach();
    change(&other);
    ids.insert(id_of(other));
  };
  add([](SlaAlert* a) { a->policy = "silver"; });
  add([](SlaAlert* a) { a->target = domain::SlaTarget::kResolution; });
  add([](SlaAlert* a) { a->id = "ticket-20261122-89"; });
  add([](SlaAlert* a) { a->contact = domain::Kind::kChat; });
  add([](SlaAlert* a) { a->birth = 42; });
  add([](SlaAlert* a) { a->cycle = 2; });
  add([](SlaAlert* a) { a->revision = 3; });
  EXPECT_EQ(ids.size(), 9u);
  SlaAlert later_known = Breach();
  later_known.customer = later_known.queue = later_known.holder = "";
  EXPECT_EQ(id_of(later_known), id_of(alert)) << "what is learnt late does not name the alert";
}

}  // namespace
}  // namespace touchline::json
