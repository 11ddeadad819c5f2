// Events read by their shape: what is a known shape, and that it makes no difference.

#include "adapters/json/event_shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_decoder.h"
#include "adapters/json/cloud_event_encoder.h"
#include "tests/json/event_text.h"
#include "tests/json/example_files.h"
#include "tests/json/random_event.h"

namespace touchline::json {
namespace {

using domain::EventType;
using pipeline::DecodeStatus;

constexpr std::string_view kMessage =
    R"({"specversion":"1.0","id":"e-1","source":"//desk","type":"chat.message",)"
    R"("time":"2026-11-22T02:12:50.123Z","subject":"chat-1",)"
    R"("data":{"author":"agent","agent":"ann","automated":false}})";

std::string Replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out(text);
  const size_t at = out.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? out : out.replace(at, what.size(), by);
}

class EventShapesTest : public ::testing::Test {
 protected:
  bool Reads(std::string_view text) {
    envelope_.KeepOnly(0);
    return shapes_.Read(text, &envelope_, &fields_);
  }
  std::string_view Field(std::string_view key) const {
    for (const FieldValue& value : fields_) {
      if (value.field->key != key) continue;
      return value.is_text ? value.text : value.flag ? "true" : "false";
    }
    return "absent";
  }

  EventShapes shapes_;
  Rfc3339Reader times_;
  Envelope envelope_{"", false, &times_};
  FieldValues fields_;
};

TEST_F(EventShapesTest, KnowsNothingAtFirst) { EXPECT_FALSE(Reads(kMessage)); }

TEST_F(EventShapesTest, ReadsTheTextsOfAShapeThatItHasSeen) {
  shapes_.Learn(kMessage, EventType::kChatMessage);
  const std::string other =
      Replaced(Replaced(Replaced(kMessage, "chat-1", "Gespräch 2"), "ann", ""), "e-1", "7");
  ASSERT_TRUE(Reads(other));
  EXPECT_EQ(envelope_.Text(Attribute::kId), "7");
  EXPECT_EQ(envelope_.Text(Attribute::kType), "chat.message");
  EXPECT_EQ(envelope_.Text(Attribute::kSubject), "Gespräch 2");
  EXPECT_FALSE(envelope_.Has(Attribute::kPartner));
  EXPECT_EQ(Field("author"), "agent");
  EXPECT_EQ(Field("agent"), "");
  EXPECT_EQ(Field("automated"), "false");
  EXPECT_EQ(Field("visibility"), "absent");
}

TEST_F(EventShapesTest, LeavesToTheParserWhatIsOfNoKnownShape) {
  shapes_.Learn(kMessage, EventType::kChatMessage);
  const std::vector<std::string> others = {
      Replaced(kMessage, "ann", R"(a\"nn)"),
      Replaced(kMessage, "ann", "a\nnn"),
      Replaced(kMessage, "ann", "a\x7Fnn"),
      Replaced(kMessage, "ann", "a\xFFnn"),
      Replaced(kMessage, "ann", R"(ann","team":"red)"),
      Replaced(kMessage, R"("ann")", "7"),
      Replaced(kMessage, "false", "true"),
      Replaced(kMessage, R"("agent":"ann",)", ""),
      Replaced(kMessage, R"("id":)", R"("id": )"),
      Replaced(kMessage, "chat.message", "chat.unheard_of"),
      Replaced(kMessage, "chat.message", "ticket.message"),
      Replaced(kMessage, "}}", "}} "),
      Replaced(kMessage, "}}", "}"),
      std::string(kMessage.substr(0, kMessage.find("ann") + 1)),
      std::string(kMessage.substr(1)),
      "{}",
      "",
  };
  for (const std::string& text : others) EXPECT_FALSE(Reads(text)) << text;
  EXPECT_TRUE(Reads(kMessage));
}

TEST_F(EventShapesTest, KeepsTheShapesOfATypeApart) {
  const std::string with_team = Replaced(kMessage, R"("ann",)", R"("ann","team":"red",)");
  const std::string automated = Replaced(kMessage, "false", "true");
  const std::string ticket = Replaced(kMessage, "chat.message", "ticket.message");
  for (const std::string& text : {std::string(kMessage), with_team, automated}) {
    shapes_.Learn(text, EventType::kChatMessage);
  }
  shapes_.Learn(ticket, EventType::kTicketMessage);
  ASSERT_TRUE(Reads(with_team));
  EXPECT_EQ(Field("team"), "red");
  ASSERT_TRUE(Reads(kMessage));
  EXPECT_EQ(Field("team"), "absent");
  EXPECT_EQ(Field("automated"), "false");
  ASSERT_TRUE(Reads(automated));
  EXPECT_EQ(Field("automated"), "true");
  EXPECT_TRUE(Reads(ticket));
}

TEST_F(EventShapesTest, SomeEventsHaveNoShape) {
  const std::vector<std::string> shapeless = {
      Replaced(kMessage, "false", "false,\"more\":1"),
      Replaced(kMessage, "false", "false,\"more\":[]"),
      Replaced(kMessage, "false", "false,\"more\":{}"),
      Replaced(kMessage, "\"subject\"", "\"more\":{\"data\":\"x\"},\"subject\""),
      Replaced(kMessage, "ann", R"(a\u006en)"),
      R"({"specversion":"1.0","id":"e-1","source":"//desk","subject":"chat-1",)"
      R"("data":{"author":"agent"},"time":"2026-11-22T02:12:50.123Z","type":"chat.message"})"};
  for (const std::string& text : shapeless) {
    shapes_.Learn(text, EventType::kChatMessage);
    EXPECT_FALSE(Reads(text)) << text;
  }
}

TEST_F(EventShapesTest, TooLongAnEventHasNoShape) {
  const auto with_spaces = [](size_t n) {
    return Replaced(kMessage, R"("data")", std::string(n, ' ') + R"("data")");
  };
  for (const size_t n : {size_t{100}, EventShapes::kMaxBytes}) {
    shapes_.Learn(with_spaces(n), EventType::kChatMessage);
    EXPECT_EQ(Reads(with_spaces(n)), n == 100);
  }
  const std::string words = Replaced(kMessage, "false", "false,\"" + std::string(3000, 'k') +
                                                            "\":null");
  shapes_.Learn(words, EventType::kChatMessage);
  EXPECT_FALSE(Reads(words));
}

TEST_F(EventShapesTest, KeepsNoMoreThanItMayOfAllTypesTogether) {
  size_t known = 0;
  const auto each = [](const auto& visit) {
    for (size_t type = 0; type < domain::kEventTypeCount; ++type) {
      for (size_t i = 0; i < EventShapes::kMaxTails; ++i) {
        const auto name = domain::Name(static_cast<EventType>(type));
        visit(Replaced(Replaced(kMessage, "chat.message", name), "\"data\"",
                       "\"more" + std::to_string(i) + "\":null,\"data\""),
              static_cast<EventType>(type));
      }
    }
  };
  each([&](const std::string& text, EventType type) { shapes_.Learn(text, type); });
  each([&](const std::string& text, EventType) { known += Reads(text) ? 1 : 0; });
  EXPECT_EQ(known, EventShapes::kMaxShapes);
}

TEST_F(EventShapesTest, TakesNewShapesForOldOnesWhenItIsFull) {
  const auto with_more = [](size_t i, std::string_view before) {
    return Replaced(kMessage, before,
                    "\"more" + std::to_string(i) + "\":\"x\"," + std::string(before));
  };
  for (const std::string_view before : {"\"subject\"", "\"type\""}) {  // of the tail, of the head
    shapes_ = EventShapes();
    constexpr size_t kMore = std::max(EventShapes::kMaxTails, EventShapes::kMaxHeads) + 1;
    for (size_t i = 0; i < kMore; ++i) {
      shapes_.Learn(with_more(i, before), EventType::kChatMessage);
    }
    const auto known = [&] {
      size_t count = 0;
      for (size_t i = 0; i < kMore; ++i) count += Reads(with_more(i, before)) ? 1 : 0;
      return count;
    };
    const size_t most = known();
    EXPECT_EQ(most, before == "\"type\"" ? EventShapes::kMaxHeads : EventShapes::kMaxTails);
    const std::string last = with_more(1000, before);
    for (int i = 0; i < 64 && !Reads(last); ++i) shapes_.Learn(last, EventType::kChatMessage);
    EXPECT_TRUE(Reads(last));
    EXPECT_EQ(known(), most - 1);
  }
}

// A decoder that learns and one that does not, side by side; and what the one reads ahead, of which
// it may have read others since.
class SameDecodingTest : public ::testing::Test {
 protected:
  // Fails the test when the two differ.
  void Decode(std::string_view text) {
    domain::Event learnt, parsed, ahead;
    pipeline::DecodeError why_learnt, why_parsed;
    const bool read_ahead = learning_.DecodeAhead({.payload = text}, &ahead);
    const DecodeStatus status = learning_.Decode({.payload = text}, &learnt, &why_learnt);
    ASSERT_EQ(status, parsing_.Decode({.payload = text}, &parsed, &why_parsed)) << text;
    if (status == DecodeStatus::kEvent) {
      ASSERT_EQ(Difference(learnt, parsed), "") << text;
      ++good_;
    } else if (status == DecodeStatus::kRejected) {
      ASSERT_EQ(why_learnt.reason, why_parsed.reason) << text;
      ASSERT_EQ(why_learnt.detail, why_parsed.detail) << text;
      ++bad_;
    }
    if (!read_ahead) return;
    ASSERT_EQ(status, DecodeStatus::kEvent) << text;
    ASSERT_EQ(Difference(ahead, parsed), "") << text;
    ++ahead_;
  }

  CloudEventDecoder learning_;
  CloudEventDecoder parsing_{{.learn_shapes = false}};
  int good_ = 0, bad_ = 0, ahead_ = 0;
};

uint64_t Seed() {
  const char* const given = std::getenv("TOUCHLINE_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261126;
}

// The examples of the contract with a few bytes changed, and pieces of one in another.
TEST_F(SameDecodingTest, WhateverHappensToAnEvent) {
  constexpr int kRounds = 60'000;
  std::vector<std::string> texts;
  for (const std::string& name : DocumentNames("examples/structured")) {
    std::string text = ReadDocument("examples/structured/" + name + ".json");
    std::erase(text, '\n');
    texts.push_back(std::move(text));
  }
  std::mt19937_64 random(Seed());
  const auto below = [&random](size_t n) { return static_cast<size_t>(random() % n); };
  constexpr std::string_view kBytes = "\"\\{}[],: \n\t0aetf-\x7F\x80\xC3\xA4";
  for (int i = 0; i < kRounds; ++i) {
    const std::string& sound = texts[below(texts.size())];
    ASSERT_NO_FATAL_FAILURE(Decode(sound));
    std::string text = sound;
    const size_t changes = 1 + below(3);
    for (size_t c = 0; c < changes && !text.empty(); ++c) {
      const size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = kBytes[below(kBytes.size())];
          break;
        case 1:
          text.insert(at, 1, kBytes[below(kBytes.size())]);
          break;
        case 2:
          text.erase(at, 1 + below(8));
          break;
        case 3:
          text.resize(at);
          break;
        default: {
          const std::string& other = texts[below(texts.size())];
          text = text.substr(0, at) + other.substr(std::min(at, other.size()));
        }
      }
    }
    ASSERT_NO_FATAL_FAILURE(Decode(text)) << "seed " << Seed() << ", round " << i;
  }
  EXPECT_GT(good_, kRounds);
  EXPECT_GT(bad_, kRounds / 2);
  EXPECT_GT(ahead_, kRounds / 2);
}

TEST_F(SameDecodingTest, WhateverItsFieldsSay) {
  constexpr int kEventsPerType = 200;
  RandomEvents events(Seed());
  for (int i = 0; i < kEventsPerType; ++i) {
    for (size_t type = 0; type < domain::kEventTypeCount; ++type) {
      std::string text;
      AppendStructured(events.Next(static_cast<EventType>(type)), &text);
      ASSERT_NO_FATAL_FAILURE(Decode(text));
    }
  }
  EXPECT_GT(good_, 0);
}

TEST_F(SameDecodingTest, WhateverTheEnvelopeSays) {
  const std::vector<std::pair<std::string_view, std::string_view>> faults = {
      {"specversion", R"("1.1")"},      {"id", R"("")"},
      {"type", R"("call.unheard_of")"}, {"time", R"("yesterday")"},
      {"subject", R"("")"},             {"partner", R"("")"},
      {"sequence", R"("x")"},           {"datacontenttype", R"("text/plain")"},
      {"data", R"({"author":"nobody"})"}};
  for (const auto& [name, fault] : faults) {
    const std::string_view sound = name == "partner"           ? R"("alba")"
                                   : name == "sequence"        ? R"("1")"
                                   : name == "datacontenttype" ? R"("application/json")"
                                                               : std::string_view();
    if (!sound.empty()) Decode(EventWithAttribute(name, sound));
    Decode(EventWithAttribute("extension", R"("x")"));
    Decode(EventWithAttribute(name, fault));
  }
  Decode(EventWithData("chat.message", R"({"author":"agent"})"));
  Decode(EventWithData("chat.message", R"({"author":"nobody"})"));
  Decode(EventWithData("call.answered", R"({"agent":"ann"})"));
  Decode(EventWithData("call.answered", R"({"agent":""})"));
  Decode(EventWithData("call.answered", R"({"team":"red"})"));
  EXPECT_GT(good_, 0);
  EXPECT_GT(bad_, 8);
  EXPECT_GT(ahead_, 0);
}

}  // namespace
}  // namespace touchline::json
