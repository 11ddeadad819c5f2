#include "tests/json/example_files.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace touchline::json {
namespace {

constexpr std::string_view kRoot = "docs/events/";

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

simdjson::dom::object Object(simdjson::dom::parser* parser, std::string_view text) {
  simdjson::dom::object object;
  if (parser->parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) {
    Die("no JSON object: " + std::string(text));
  }
  return object;
}

std::string Text(simdjson::dom::element element) { return std::string(std::string_view(element)); }

}  // namespace

std::string ReadDocument(std::string_view path) {
  const std::string name = std::string(kRoot) + std::string(path);
  std::ifstream file(name);
  std::stringstream text;
  if (!(text << file.rdbuf())) Die("cannot read " + name);
  return std::move(text).str();
}

std::vector<std::string> DocumentNames(std::string_view folder) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(kRoot) + std::string(folder))) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

BinaryExample ReadBinaryExample(std::string_view type) {
  const std::string text = ReadDocument("examples/binary/" + std::string(type) + ".json");
  simdjson::dom::parser parser;
  const simdjson::dom::object record = Object(&parser, text);
  BinaryExample example{.key = Text(record["key"]), .value = simdjson::minify(record["value"])};
  for (const auto [name, value] : simdjson::dom::object(record["headers"])) {
    example.headers.emplace_back(name, Text(value));
  }
  return example;
}

BinaryExample InBinaryMode(std::string_view structured) {
  simdjson::dom::parser parser;
  BinaryExample example{.key = "", .headers = {{"content-type", "application/json"}},
                        .value = "{}"};
  for (const auto [name, member] : Object(&parser, structured)) {
    if (name == "data") {
      example.value = simdjson::minify(member);
    } else if (name != "datacontenttype") {
      example.headers.emplace_back("ce_" + std::string(name), Text(member));
    }
    if (name == "subject") example.key = Text(member);
  }
  return example;
}

std::string WithMember(std::string_view text, std::string_view key, std::string_view value) {
  simdjson::dom::parser parser;
  std::string out = "{";
  bool found = false;
  const auto append = [&](std::string_view name, std::string_view json) {
    if (json.empty()) return;
    out += out.size() > 1 ? ",\"" : "\"";
    out += name;
    out += "\":";
    out += json;
  };
  for (const auto [name, member] : Object(&parser, text)) {
    found = found || name == key;
    append(name, name == key ? value : std::string_view(simdjson::minify(member)));
  }
  if (!found) append(key, value);
  return out + "}";
}

std::string WithDataMember(std::string_view event, std::string_view key, std::string_view value) {
  simdjson::dom::parser parser;
  simdjson::dom::element data;
  const bool has_data = Object(&parser, event)["data"].get(data) == simdjson::SUCCESS;
  const std::string old = has_data ? simdjson::minify(data) : "{}";
  return WithMember(event, "data", WithMember(old, key, value));
}

}  // namespace touchline::json
