#include "app/config_overrides.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "app/config_text.h"

namespace touchline::app {
namespace {

using yaml::Node;

struct Step {
  std::string key;
  std::optional<size_t> index;  // then `key` is empty
};

constexpr std::string_view kShape = "must look like key.path=value";

// Takes the path off the front of *text, up to and including its '='.
Parsed<std::vector<Step>> TakePath(std::string_view* text) {
  const auto bad = [](std::string message) {
    return tl::unexpected<std::string>(std::move(message));
  };
  std::vector<Step> steps;
  while (true) {
    if (text->starts_with('"')) {
      const size_t close = text->find('"', 1);
      if (close == std::string_view::npos) return bad("lacks a closing quote");
      steps.push_back({.key = std::string(text->substr(1, close - 1))});
      text->remove_prefix(close + 1);
    } else {
      const size_t end = text->find_first_of(".[=");
      if (end == std::string_view::npos || end == 0) return bad(std::string(kShape));
      steps.push_back({.key = std::string(text->substr(0, end))});
      text->remove_prefix(end);
    }
    while (text->starts_with('[')) {
      const size_t close = text->find(']');
      const size_t digits = close == std::string_view::npos ? 0 : close - 1;
      const auto index = ParseInteger(text->substr(1, digits));
      if (!index || *index < 0) return bad("has a list index that is not a number: write [0]");
      steps.push_back({.key = {}, .index = static_cast<size_t>(*index)});
      text->remove_prefix(close + 1);
    }
    if (text->empty() || (text->front() != '.' && text->front() != '=')) {
      return bad(std::string(kShape));
    }
    const bool last = text->front() == '=';
    text->remove_prefix(1);
    if (last) return steps;
  }
}

Node* EnterKey(const std::string& key, yaml::Position at, Node* node) {
  if (node->kind == Node::Kind::kNull) node->kind = Node::Kind::kMapping;
  if (node->kind != Node::Kind::kMapping) return nullptr;
  for (Node::Entry& entry : node->entries) {
    if (entry.key == key) return &entry.value;
  }
  node->entries.push_back({.key = key, .key_at = at, .value = Node{.at = at}});
  return &node->entries.back().value;
}

Node* EnterIndex(size_t index, yaml::Position at, Node* node) {
  if (node->kind == Node::Kind::kNull) node->kind = Node::Kind::kSequence;
  if (node->kind != Node::Kind::kSequence || index > node->items.size()) return nullptr;
  if (index == node->items.size()) node->items.push_back(Node{.at = at});
  return &node->items[index];
}

}  // namespace

std::optional<std::string> ApplyOverride(std::string_view text, int origin, Node* root) {
  const auto steps = TakePath(&text);
  if (!steps) return steps.error();
  yaml::Document value = yaml::Parse(text, origin);
  if (!value.problems.empty()) return value.problems[0].message;

  const yaml::Position at{.origin = origin};
  Node* node = root;
  for (const Step& step : *steps) {
    Node* next = step.index ? EnterIndex(*step.index, at, node) : EnterKey(step.key, at, node);
    if (next == nullptr) {
      if (!step.index) return fmt::format("'{}' is not inside a mapping", step.key);
      return fmt::format("there is no item [{}] to set, nor is it the next", *step.index);
    }
    node = next;
  }
  *node = std::move(value.root);
  return std::nullopt;
}

}  // namespace touchline::app
