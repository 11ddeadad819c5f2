// Holds docs/events to the decoder: what partners read is what runs.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/json/event_contract.h"
#include "tests/json/event_text.h"
#include "tests/json/example_files.h"

namespace touchline::json {
namespace {

using domain::EventType;
using pipeline::DecodeStatus;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string Why(const Decoded& decoded) {
  return decoded.status == DecodeStatus::kRejected ? std::string(domain::Name(decoded.error.reason))
                                                   : "";
}

std::vector<EventType> AllTypes() {
  std::vector<EventType> types;
  for (size_t i = 0; i < domain::kEventTypeCount; ++i) types.push_back(static_cast<EventType>(i));
  return types;
}

std::string Example(EventType type) {
  return ReadDocument("examples/structured/" + std::string(domain::Name(type)) + ".json");
}

std::set<std::string> Texts(array texts) {
  std::set<std::string> all;
  for (const element text : texts) {
    if (!text.is_null()) all.emplace(std::string_view(text));
  }
  return all;
}

// All that is known of an event, as one text.
std::string Written(const domain::Event& event) {
  std::string text;
  AppendStructured(event, &text);
  return text;
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

class DocsTest : public testing::Test {
 protected:
  DocsTest()
      : text_(ReadDocument("touchline-events.schema.json")),
        schema_(parser_.parse(text_).value()),
        defs_(schema_["$defs"]) {}

  object DefinitionOf(EventType type) { return defs_[domain::Name(type)]; }
  // The schema of a property: what its $ref names.
  object Resolve(object property) {
    const std::string_view ref = property["$ref"];
    constexpr std::string_view kPrefix = "#/$defs/";
    EXPECT_TRUE(ref.starts_with(kPrefix)) << ref;
    return defs_[ref.substr(kPrefix.size())];
  }
  std::set<std::string> RequiredOf(EventType type) {
    array required;
    if (DefinitionOf(type)["required"].get(required) != simdjson::SUCCESS) return {};
    return Texts(required);
  }

  simdjson::dom::parser parser_;
  std::string text_;
  object schema_;
  object defs_;
  TextDecoder decoder_;
};

TEST_F(DocsTest, EveryTypeHasAnExampleThatDecodesAsIt) {
  EXPECT_EQ(DocumentNames("examples/structured").size(), domain::kEventTypeCount);
  for (const EventType type : AllTypes()) {
    const std::string text = Example(type);
    const Decoded decoded = decoder_.Decode(text);
    ASSERT_EQ(decoded, DecodeStatus::kEvent) << domain::Name(type) << decoded.error.detail;
    EXPECT_EQ(decoded.event.type, type);
  }
}

TEST_F(DocsTest, BinaryExamplesSayWhatTheStructuredOnesSay) {
  const std::vector<std::string> names = DocumentNames("examples/binary");
  EXPECT_GE(names.size(), 1u);
  for (const std::string& name : names) {
    const BinaryExample example = ReadBinaryExample(name);
    std::vector<pipeline::Header> headers;
    for (const auto& [header, value] : example.headers) headers.push_back({header, value});
    const Decoded binary = decoder_.Decode(example.value, headers, example.key);
    ASSERT_EQ(binary, DecodeStatus::kEvent) << name << ": " << binary.error.detail;
    TextDecoder other;
    const std::string text = ReadDocument("examples/structured/" + name + ".json");
    const Decoded structured = other.Decode(text);
    EXPECT_EQ(binary.event.order(), structured.event.order()) << name;
    EXPECT_EQ(binary.event.queue, structured.event.queue) << name;
    EXPECT_EQ(binary.event.subject, structured.event.subject) << name;
  }
}

TEST_F(DocsTest, EveryExampleSaysTheSameInBinaryMode) {
  for (const EventType type : AllTypes()) {
    const std::string text = Example(type);
    const BinaryExample example = InBinaryMode(text);
    std::vector<pipeline::Header> headers;
    for (const auto& [header, value] : example.headers) headers.push_back({header, value});
    const Decoded binary = decoder_.Decode(example.value, headers, example.key);
    ASSERT_EQ(binary, DecodeStatus::kEvent) << domain::Name(type) << binary.error.detail;
    TextDecoder other;
    const Decoded structured = other.Decode(text);
    EXPECT_EQ(Written(binary.event), Written(structured.event)) << domain::Name(type);
  }
}

TEST_F(DocsTest, EveryFieldOfTheContractStandsInSomeExample) {
  std::set<std::string> shown;
  for (const EventType type : AllTypes()) {
    const std::string text = Example(type);
    simdjson::dom::parser parser;
    object data;
    if (parser.parse(text)["data"].get(data) != simdjson::SUCCESS) continue;
    for (const auto [key, value] : data) shown.emplace(key);
  }
  for (const EventType type : AllTypes()) {
    for (const FieldUse& use : RulesFor(type).uses()) {
      EXPECT_TRUE(shown.contains(std::string(use.field->key))) << use.field->key;
    }
  }
}

TEST_F(DocsTest, SchemaHasTheFieldsOfTheDecodersTable) {
  for (const EventType type : AllTypes()) {
    std::set<std::string> in_schema;
    for (const auto [key, property] : object(DefinitionOf(type)["properties"])) {
      in_schema.emplace(key);
    }
    std::set<std::string> in_table;
    std::set<std::string> required;
    std::set<std::string> one_of;
    for (const FieldUse& use : RulesFor(type).uses()) {
      in_table.emplace(use.field->key);
      if (use.required) required.emplace(use.field->key);
      if ((RulesFor(type).one_of >> use.key & 1) != 0) one_of.emplace(use.field->key);
    }
    EXPECT_EQ(in_schema, in_table) << domain::Name(type);
    EXPECT_EQ(RequiredOf(type), required) << domain::Name(type);

    std::set<std::string> any_of;
    array choices;
    if (DefinitionOf(type)["anyOf"].get(choices) == simdjson::SUCCESS) {
      for (const element choice : choices) any_of.merge(Texts(choice["required"]));
    }
    EXPECT_EQ(any_of, one_of) << domain::Name(type);
  }
}

// The word for the field's shape in a schema's `type`.
std::set<std::string> TypesOf(const Field& field) {
  switch (field.shape) {
    case Shape::kName:
    case Shape::kLabel:
    case Shape::kTime:
      return {"string", "null"};
    case Shape::kOneOf:
      return {};
    case Shape::kFlag:
      return {"boolean", "null"};
    case Shape::kNumber:
      return {"number", "null"};
    case Shape::kBot:
      return {"boolean", "string", "null"};
    case Shape::kCounts:
      return {"object", "null"};
    case Shape::kTextList:
      return {"array", "null"};
  }
  return {};
}

TEST_F(DocsTest, SchemaHasTheTypesAndBoundsOfTheDecodersTable) {
  for (const EventType type : AllTypes()) {
    const object properties = DefinitionOf(type)["properties"];
    for (const FieldUse& use : RulesFor(type).uses()) {
      const Field& field = *use.field;
      const object definition = Resolve(properties[field.key]);
      const std::string where = std::string(domain::Name(type)) + "." + std::string(field.key);
      array types;
      const bool has_types = definition["type"].get(types) == simdjson::SUCCESS;
      EXPECT_EQ(has_types ? Texts(types) : std::set<std::string>(), TypesOf(field)) << where;
      if (field.text != nullptr) {
        EXPECT_EQ(uint64_t(definition["maxLength"]), field.max_bytes) << where;
        EXPECT_EQ(definition["minLength"].error() == simdjson::SUCCESS, field.shape == Shape::kName)
            << where;
      }
      if (field.number != nullptr) {
        const char* const low = field.key == "scale" ? "exclusiveMinimum" : "minimum";
        EXPECT_EQ(double(definition[low]), field.min) << where;
        EXPECT_EQ(double(definition["maximum"]), field.max) << where;
      }
      if (use.required) {
        EXPECT_EQ(std::string_view(properties[field.key]["type"]),
                  field.shape == Shape::kNumber ? "number" : "string")
            << where << ": a required field must not be null";
      }
    }
  }
}

TEST_F(DocsTest, RequiredFieldThatIsDeletedOrNullIsMissed) {
  for (const EventType type : AllTypes()) {
    const std::string example = Example(type);
    for (const std::string& key : RequiredOf(type)) {
      EXPECT_EQ(Why(decoder_.Decode(WithDataMember(example, key, ""))), "missing_field")
          << domain::Name(type) << "." << key;
      EXPECT_EQ(Why(decoder_.Decode(WithDataMember(example, key, "null"))), "missing_field")
          << domain::Name(type) << "." << key;
    }
  }
}

TEST_F(DocsTest, EveryWordOfAClosedSetIsTakenAndNoOther) {
  size_t sets = 0;
  for (const EventType type : AllTypes()) {
    const std::string example = Example(type);
    for (const auto [key, property] : object(DefinitionOf(type)["properties"])) {
      array words;
      if (Resolve(property)["enum"].get(words) != simdjson::SUCCESS) continue;
      ++sets;
      const std::string where = std::string(domain::Name(type)) + "." + std::string(key);
      for (const std::string& word : Texts(words)) {
        const std::string text = WithDataMember(example, key, Quoted(word));
        EXPECT_EQ(Why(decoder_.Decode(text)), "") << where << " = " << word;
      }
      EXPECT_EQ(Why(decoder_.Decode(WithDataMember(example, key, R"("elsewhere")"))), "bad_value")
          << where;
      const Field* const field = RulesFor(type).ForKey(FindKey(key));
      ASSERT_NE(field, nullptr) << where;
      std::set<std::string> taken;
      for (uint32_t v = 0; v < 32; ++v) {
        if ((field->set.allowed >> v & 1) != 0) taken.emplace(field->set.text(v));
      }
      EXPECT_EQ(Texts(words), taken) << where;
    }
  }
  EXPECT_GT(sets, 30u);
}

// JSON of a type that no field of the shape takes.
std::string_view OfAnotherType(Shape shape) {
  switch (shape) {
    case Shape::kName:
    case Shape::kLabel:
    case Shape::kOneOf:
    case Shape::kTime:
    case Shape::kBot:
      return "7";
    case Shape::kFlag:
    case Shape::kNumber:
      return R"("7")";
    case Shape::kCounts:
    case Shape::kTextList:
      return "true";
  }
  return "";
}

TEST_F(DocsTest, EveryFieldRefusesAnotherType) {
  for (const EventType type : AllTypes()) {
    const std::string example = Example(type);
    for (const FieldUse& use : RulesFor(type).uses()) {
      const std::string text =
          WithDataMember(example, use.field->key, OfAnotherType(use.field->shape));
      EXPECT_EQ(Why(decoder_.Decode(text)), "wrong_type") << text;
    }
  }
}

TEST_F(DocsTest, EnvelopeRequiresWhatTheSchemaRequires) {
  const std::string example = Example(EventType::kCallAnswered);
  std::set<std::string> required = Texts(schema_["required"]);
  required.insert("subject");
  for (const std::string& name : required) {
    EXPECT_EQ(Why(decoder_.Decode(WithMember(example, name, ""))),
              name == "specversion" ? "not_cloud_event" : "missing_field")
        << name;
  }
  for (const auto [name, property] : object(schema_["properties"])) {
    if (required.contains(std::string(name)) || name == "data") continue;
    EXPECT_EQ(Why(decoder_.Decode(WithMember(example, name, "null"))), "") << name;
  }
}

TEST_F(DocsTest, SchemaSendsEachTypeToItsDefinition) {
  std::set<std::string> routed;
  for (const element condition : array(schema_["allOf"])) {
    std::string_view type;
    if (condition["if"]["properties"]["type"]["const"].get(type) != simdjson::SUCCESS) continue;
    routed.emplace(type);
    const object data = condition["then"]["properties"]["data"];
    std::string_view ref;
    if (data["$ref"].get(ref) != simdjson::SUCCESS) ref = data["anyOf"].at(0)["$ref"];
    EXPECT_EQ(ref, "#/$defs/" + std::string(type));
    const auto known = FindEventType(type);
    ASSERT_TRUE(known) << type;
    const TypeRules& rules = RulesFor(*known);
    EXPECT_EQ(condition["then"]["required"].error() == simdjson::SUCCESS,
              rules.required != 0 || rules.one_of != 0)
        << type;
  }
  EXPECT_EQ(routed.size(), domain::kEventTypeCount);
}

TEST_F(DocsTest, AsyncApiHasEveryTypeOnItsTopic) {
  const std::string text = ReadDocument("asyncapi.json");
  simdjson::dom::parser parser;
  const object api = parser.parse(text).value();
  EXPECT_EQ(std::string_view(api["asyncapi"]), "3.0.0");
  const object messages = api["components"]["messages"];
  std::multiset<std::string> told;
  for (const auto [name, channel] : object(api["channels"])) {
    if (name == "alerts") continue;  // ours: alert_encoder_test.cc
    for (const auto [type, message] : object(channel["messages"])) {
      EXPECT_EQ(std::string_view(message["$ref"]), "#/components/messages/" + std::string(type));
      EXPECT_EQ(std::string_view(messages[type]["payload"]["schema"]["allOf"].at(
                    1)["properties"]["type"]["const"]),
                type);
      told.emplace(type);
      const auto known = FindEventType(type);
      ASSERT_TRUE(known) << type;
      if (const auto kind = domain::KindOf(*known)) {
        EXPECT_EQ(std::string_view(channel["address"]),
                  "support." + std::string(domain::Name(*kind)) + "s");
      }
    }
  }
  for (const EventType type : AllTypes()) {
    const size_t topics = type == EventType::kSourceHeartbeat ? 5 : 1;
    EXPECT_EQ(told.count(std::string(domain::Name(type))), topics) << domain::Name(type);
  }
}

TEST_F(DocsTest, ReadmeExplainsEveryReason) {
  const std::string readme = ReadDocument("README.md");
  for (size_t i = 0; i < domain::kRejectReasonCount; ++i) {
    const auto name = domain::Name(static_cast<domain::RejectReason>(i));
    EXPECT_NE(readme.find("| `" + std::string(name) + "` |"), std::string::npos) << name;
  }
}

TEST(EventContractTest, NamesOfTypesAreTheDomains) {
  for (const EventType type : AllTypes()) EXPECT_EQ(FindEventType(domain::Name(type)), type);
}

TEST(EventContractTest, LabelThatMayBeEmptyIsNeverRequired) {
  for (const EventType type : AllTypes()) {
    for (const FieldUse& use : RulesFor(type).uses()) {
      EXPECT_FALSE(use.required && use.field->shape == Shape::kLabel) << use.field->key;
      EXPECT_EQ(KeyText(FindKey(use.field->key)), use.field->key);
    }
  }
}

}  // namespace
}  // namespace touchline::json
