#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/json/event_contract.h"
#include "tests/json/event_text.h"

namespace touchline::json {
namespace {

using domain::Event;
using domain::EventType;
using pipeline::DecodeStatus;

struct DataCase {
  std::string type;
  std::string data;
  std::string why;  // empty: accepted
};

std::string Why(const Decoded& decoded) {
  if (decoded.status != DecodeStatus::kRejected) return "";
  return std::string(domain::Name(decoded.error.reason));
}

void Check(const std::vector<DataCase>& cases) {
  TextDecoder decoder;
  for (const auto& [type, data, why] : cases) {
    const std::string text = EventWithData(type, data);
    EXPECT_EQ(Why(decoder.Decode(text)), why) << text.substr(0, 300);
  }
}

class DataTest : public testing::Test {
 protected:
  const Event& Read(std::string_view type, std::string_view data) {
    text_ = EventWithData(type, data);
    last_ = decoder_.Decode(text_);
    EXPECT_EQ(last_, DecodeStatus::kEvent) << text_ << ": " << last_.error.detail;
    return last_.event;
  }
  std::string Detail(std::string_view type, std::string_view data) {
    return decoder_.Decode(EventWithData(type, data)).error.detail;
  }
  TextDecoder decoder_;
  std::string text_;
  Decoded last_;
};

TEST_F(DataTest, MayBeAbsentWhereNothingIsRequired) {
  Check({{"call.held", "", ""},
         {"chat.abandoned", "", ""},
         {"customer.forgotten", "", ""},
         {"call.answered", "", "missing_field"},
         {"call.transferred", "", "missing_field"},
         {"call.held", "[]", "wrong_type"},
         {"call.held", "\"{}\"", "wrong_type"}});
}

TEST_F(DataTest, RequiredFieldIsMissedAndNamed) {
  Check({{"call.answered", "{}", "missing_field"},
         {"call.answered", R"({"agent":null})", "missing_field"},
         {"survey.answered", R"({"kind":"csat"})", "missing_field"},
         {"survey.sent", R"({"kind":"csat"})", ""}});
  EXPECT_EQ(Detail("call.answered", "{}"), "data.agent: missing");
}

TEST_F(DataTest, TransferNeedsOneTarget) {
  for (const char* type : {"call.transferred", "chat.transferred"}) {
    Check({{type, R"({"kind":"warm"})", "missing_field"},
           {type, R"({"to_queue":null,"to_agent":null})", "missing_field"},
           {type, R"({"to_queue":"q"})", ""},
           {type, R"({"to_agent":"a"})", ""},
           {type, R"({"to_external":"+49 30 1"})", ""},
           {type, R"({"to_queue":"q","to_agent":"a","to_external":"x"})", ""}});
  }
  Check({{"call.consulted", R"({"agent":"a"})", ""}});
}

TEST_F(DataTest, TransferIsBlindUnlessItSaysWarm) {
  EXPECT_EQ(Read("call.transferred", R"({"to_queue":"q"})").transfer_kind,
            domain::TransferKind::kBlind);
  EXPECT_EQ(Read("call.transferred", R"({"to_queue":"q","kind":"warm"})").transfer_kind,
            domain::TransferKind::kWarm);
  EXPECT_EQ(Read("call.held", R"({"kind":"warm"})").transfer_kind, domain::TransferKind::kNone);
}

TEST_F(DataTest, ReasonIsACauseOrAWordByType) {
  EXPECT_EQ(Read("call.left_queue", R"({"reason":"overflow"})").cause, domain::Cause::kOverflow);
  EXPECT_EQ(last_.event.reason, "");
  EXPECT_EQ(Read("call.queued", R"({"queue":"q","reason":"overflow"})").reason, "overflow");
  EXPECT_EQ(last_.event.cause, domain::Cause::kNone);
  EXPECT_EQ(Read("agent.state_changed", R"({"state":"away","reason":"lunch"})").reason, "lunch");
  EXPECT_EQ(Read("outreach.sent", R"({"reason":"delay"})").reason, "delay");
}

TEST_F(DataTest, EachTypeHasItsOwnCauses) {
  Check({{"call.left_queue", R"({"reason":"callback"})", ""},
         {"call.left_queue", R"({"reason":"no_answer"})", "bad_value"},
         {"chat.left_queue", R"({"reason":"closed"})", ""},
         {"chat.left_queue", R"({"reason":"busy"})", "bad_value"},
         {"call.missed", R"({"agent":"a","reason":"caller_hung_up"})", ""},
         {"call.missed", R"({"agent":"a","reason":"voicemail"})", "bad_value"},
         {"chat.missed", R"({"agent":"a","reason":"declined"})", ""},
         {"chat.missed", R"({"agent":"a","reason":"closed"})", "bad_value"},
         {"call.not_connected", R"({"agent":"a","reason":"wrong_number"})", ""},
         {"call.not_connected", R"({"agent":"a","reason":"declined"})", "bad_value"},
         {"call.left_queue", R"({"reason":""})", "bad_value"},
         {"call.left_queue", R"({"reason":7})", "wrong_type"}});
  EXPECT_EQ(Detail("call.missed", R"({"agent":"a","reason":"busy"})"),
            "data.reason: expected one of no_answer, declined, caller_hung_up");
}

TEST_F(DataTest, ByHasItsPartOfThePartiesByType) {
  Check({{"call.ended", R"({"by":"system"})", ""},
         {"call.ended", R"({"by":"bot"})", "bad_value"},
         {"ticket.updated", R"({"by":"bot","by_agent":"a"})", ""},
         {"ticket.updated", R"({"by":"third_party"})", "bad_value"},
         {"chat.message", R"({"author":"third_party"})", ""},
         {"call.started", R"({"initiator":"bot"})", "bad_value"}});
}

TEST_F(DataTest, OneKeyMeansWhatItsTypeSays) {
  EXPECT_EQ(Read("call.started", R"({"channel":"sms"})").channel, domain::Channel::kSms);
  EXPECT_EQ(Read("selfservice.ended", R"({"channel":"knowledge_base"})").self_service,
            domain::SelfService::kKnowledgeBase);
  EXPECT_EQ(Read("call.abandoned", R"({"stage":"ivr"})").abandon_stage, domain::AbandonStage::kIvr);
  EXPECT_EQ(Read("customer.touchpoint", R"({"stage":"checkout"})").stage_name, "checkout");
  EXPECT_EQ(Read("survey.sent", R"({"kind":"ces"})").survey_kind, "ces");
  EXPECT_EQ(Read("customer.outcome", R"({"kind":"churned"})").outcome_kind, "churned");
  EXPECT_EQ(Read("feedback.received", R"({"source":"review"})").feedback_source, "review");
  EXPECT_EQ(Read("customer.updated", R"({"lifetime_value":12.5})").value, 12.5);
  EXPECT_EQ(Read("customer.outcome", R"({"kind":"renewed","value":-3})").value, -3.0);
  Check({{"selfservice.started", R"({"channel":"voice"})", "bad_value"},
         {"call.started", R"({"channel":"ivr"})", "bad_value"},
         {"customer.outcome", R"({"kind":"bought"})", "bad_value"}});
}

TEST_F(DataTest, FieldOfAnotherTypeIsSkippedWhateverItIs) {
  EXPECT_EQ(Read("call.held", R"({"queue":7,"author":[],"score":"x"})").queue, "");
  EXPECT_EQ(Read("agent.updated", R"({"channel":"ivr"})").channel, domain::Channel::kNone);
}

TEST_F(DataTest, TeamStandsBesideAgent) {
  EXPECT_EQ(Read("call.joined", R"({"agent":"a","team":"blue"})").team, "blue");
  EXPECT_EQ(Read("survey.sent", R"({"kind":"csat","team":"blue"})").team, "blue");
}

TEST_F(DataTest, BotIsAFlagOrAName) {
  EXPECT_TRUE(Read("chat.started", R"({"bot":true})").bot);
  EXPECT_TRUE(Read("chat.started", R"({"bot":"Robbie"})").bot);
  EXPECT_FALSE(Read("chat.started", R"({"bot":false})").bot);
  EXPECT_FALSE(Read("chat.started", R"({"bot":null})").bot);
  Check({{"chat.started", R"({"bot":""})", "bad_value"},
         {"chat.started", "{\"bot\":\"" + std::string(256, 'b') + "\"}", ""},
         {"chat.started", "{\"bot\":\"" + std::string(257, 'b') + "\"}", "bad_value"},
         {"chat.started", R"({"bot":1})", "wrong_type"}});
}

TEST_F(DataTest, ResolvedKnowsYesNoAndUnknown) {
  EXPECT_EQ(Read("call.ended", R"({"resolved":true})").resolved, true);
  EXPECT_EQ(Read("call.ended", R"({"resolved":false})").resolved, false);
  EXPECT_EQ(Read("call.ended", R"({"resolved":null})").resolved, std::nullopt);
  Check({{"call.ended", R"({"resolved":"true"})", "wrong_type"},
         {"call.ended", R"({"resolved":1})", "wrong_type"}});
}

TEST_F(DataTest, EmptyLabelIsAsAbsentAndEmptyNameIsBad) {
  EXPECT_EQ(Read("call.started", R"({"priority":"","tier":"","reason":""})").priority, "");
  Check({{"call.started", R"({"customer":""})", "bad_value"},
         {"call.queued", R"({"queue":""})", "bad_value"},
         {"call.answered", R"({"agent":""})", "bad_value"},
         {"outreach.sent", R"({"reason":""})", "bad_value"},
         {"survey.sent", R"({"kind":""})", "bad_value"},
         {"customer.touchpoint", R"({"stage":""})", "bad_value"}});
}

TEST_F(DataTest, IdsAreTextsNotNumbers) {
  Check({{"call.answered", R"({"agent":42})", "wrong_type"},
         {"call.started", R"({"customer":1001})", "wrong_type"},
         {"ticket.merged", R"({"into":1001})", "wrong_type"},
         {"call.started", R"({"related_to":{}})", "wrong_type"}});
}

TEST_F(DataTest, EveryTextReachesItsBoundAndNoFurther) {
  for (size_t t = 0; t < domain::kEventTypeCount; ++t) {
    const auto type = static_cast<EventType>(t);
    for (const FieldUse& use : RulesFor(type).uses()) {
      if (use.field->text == nullptr) continue;
      const auto why_of = [&](size_t bytes) {
        const std::string data =
            "{\"" + std::string(use.field->key) + "\":\"" + std::string(bytes, 'x') + "\"}";
        const std::string why = Why(decoder_.Decode(EventWithData(domain::Name(type), data)));
        return why == "missing_field" ? "" : why;  // another field of the type is required
      };
      EXPECT_EQ(why_of(use.field->max_bytes), "") << domain::Name(type) << use.field->key;
      EXPECT_EQ(why_of(use.field->max_bytes + 1), "bad_value")
          << domain::Name(type) << use.field->key;
    }
  }
}

TEST_F(DataTest, NumbersReachTheirBoundsAndNoFurther) {
  Check({{"survey.answered", R"({"kind":"csat","score":1000})", ""},
         {"survey.answered", R"({"kind":"csat","score":-1000})", ""},
         {"survey.answered", R"({"kind":"csat","score":1000.5})", "bad_number"},
         {"survey.answered", R"({"kind":"csat","score":-1001})", "bad_number"},
         {"survey.answered", R"({"kind":"csat","score":5,"scale":5})", ""},
         {"survey.answered", R"({"kind":"csat","scale":5,"score":5.5})", "bad_number"},
         {"survey.answered", R"({"kind":"csat","scale":5,"score":-6})", "bad_number"},
         {"survey.sent", R"({"kind":"csat","scale":0})", "bad_number"},
         {"survey.sent", R"({"kind":"csat","scale":1e-9})", ""},
         {"survey.sent", R"({"kind":"csat","scale":1001})", "bad_number"},
         {"survey.answered", R"({"kind":"csat","score":"5"})", "wrong_type"},
         {"feedback.received", R"({"sentiment":1})", ""},
         {"feedback.received", R"({"sentiment":-1})", ""},
         {"feedback.received", R"({"sentiment":1.0000001})", "bad_number"},
         {"feedback.received", R"({"sentiment":-2})", "bad_number"},
         {"customer.outcome", R"({"kind":"renewed","value":1e12})", ""},
         {"customer.outcome", R"({"kind":"renewed","value":1.1e12})", "bad_number"},
         {"customer.updated", R"({"lifetime_value":-1e13})", "bad_number"}});
}

TEST_F(DataTest, HeartbeatSaysAnInstant) {
  Check({{"source.heartbeat", "{}", "missing_field"},
         {"source.heartbeat", R"({"complete_until":"2199-12-31T23:59:59Z","final":true})", ""},
         {"source.heartbeat", R"({"complete_until":"yesterday"})", "bad_time"},
         {"source.heartbeat", R"({"complete_until":1795313520})", "wrong_type"},
         {"source.heartbeat", R"({"complete_until":"2026-11-22T00:00:00Z","final":"yes"})",
          "wrong_type"}});
}

TEST_F(DataTest, CapacityAndSkillsAreCheckedThoughNotKept) {
  Check({{"agent.state_changed", R"({"state":"busy","capacity":{"voice":1,"chat":0}})", ""},
         {"agent.state_changed", R"({"state":"busy","capacity":3})", "wrong_type"},
         {"agent.state_changed", R"({"state":"busy","capacity":{"voice":"1"}})", "wrong_type"},
         {"agent.state_changed", R"({"state":"busy","capacity":{"voice":-1}})", "bad_number"},
         {"agent.state_changed", R"({"state":"busy","capacity":{"voice":1.5}})", "bad_number"},
         {"agent.state_changed", R"({"state":"busy","capacity":{"v":1,"v":1}})", "duplicate_key"},
         {"agent.updated", R"({"skills":["german","billing"]})", ""},
         {"agent.updated", R"({"skills":[]})", ""},
         {"agent.updated", R"({"skills":["german",7]})", "wrong_type"},
         {"agent.updated", R"({"skills":"german"})", "wrong_type"}});
}

TEST_F(DataTest, AgentsPartnerMustNotContradictTheEnvelopes) {
  EXPECT_EQ(Read("agent.updated", R"({"partner":"northwind"})").partner, "northwind");
  std::string text = EventWithData("agent.updated", R"({"partner":"northwind"})");
  text.insert(1, R"("partner":"northwind",)");
  EXPECT_EQ(Why(decoder_.Decode(text)), "");
  text.replace(text.find("northwind"), 9, "southwind");
  EXPECT_EQ(Why(decoder_.Decode(text)), "bad_value");
}

TEST_F(DataTest, KeyTwiceIsRefusedAtEveryLevel) {
  Check({{"call.answered", R"({"agent":"a","agent":"a"})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","\u0061gent":"a"})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","queue":1,"queue":2})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","team":null,"team":"t"})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","x":1,"y":2,"x":3})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","":1,"":2})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","x":{"y":{"z":1,"z":1}}})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","queue":{"z":1,"z":1}})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","x":[[{"z":1},{"z":1,"z":2}]]})", "duplicate_key"},
         {"call.answered", R"({"agent":"a","x":{"agent":1},"y":{"agent":1}})", ""}});
}

TEST_F(DataTest, KeyTwiceAmongManyIsFound) {
  std::string many = R"({"agent":"a")";
  for (int i = 0; i < 1000; ++i) many += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  Check({{"call.answered", many + "}", ""},
         {"call.answered", many + R"(,"k500":1})", "duplicate_key"}});
}

TEST_F(DataTest, DetailsNameThePathAndNeverTheValue) {
  const std::string detail = Detail("call.answered", R"({"agent":["Mrs. Secret"]})");
  EXPECT_EQ(detail, "data.agent: expected a text");
}

}  // namespace
}  // namespace touchline::json
