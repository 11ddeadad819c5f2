#include "app/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config_text.h"

namespace touchline::app {
namespace {

using yaml::Node;

std::string Join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

template <class T, class Assign>
std::optional<std::string> Take(const Parsed<T>& parsed, Assign assign) {
  if (!parsed) return parsed.error();
  assign(*parsed);
  return std::nullopt;
}

bool IsNumber(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kPoints ||
         type == ValueType::kDuration || type == ValueType::kSize;
}

// Walks document and schema side by side and fills a Config.
class Reader {
 public:
  Reader(const Section& root, Mistakes* mistakes) : root_(root), mistakes_(mistakes) {}

  void ReadGroup(const Section& section, const Node& node, const std::string& path, void* owner) {
    if (node.kind != Node::Kind::kNull && node.kind != Node::Kind::kMapping) {
      mistakes_->Add(node.at, path, "must be a mapping of keys to values");
      return;
    }
    ReportUnknownKeys(section, node, path);
    for (const Field& field : section.fields) ReadField(field, node, path, owner);
    for (const Section& inner : section.sections) ReadSection(inner, node, path, owner);
  }

 private:
  void ReadSection(const Section& section, const Node& parent, const std::string& parent_path,
                   void* owner) {
    static const Node kAbsent;
    const std::string path = Join(parent_path, section.name);
    const Node* found = RememberedFind(parent, section.name, path);
    const Node& node = found == nullptr ? kAbsent : *found;
    switch (section.shape) {
      case Section::Shape::kGroup:
        if (found != nullptr || !section.optional) {
          ReadGroup(section, node, path, section.enter(owner, {}));
        }
        return;
      case Section::Shape::kList: ReadList(section, node, path, owner); return;
      case Section::Shape::kMap: ReadMap(section, node, path, owner); return;
    }
  }

  void ReadList(const Section& section, const Node& node, const std::string& path, void* owner) {
    if (node.kind != Node::Kind::kNull && node.kind != Node::Kind::kSequence) {
      mistakes_->Add(node.at, path, "must be a list (lines that begin with '- ')");
      return;
    }
    if (section.required && node.items.empty()) {
      mistakes_->AddAt(path, "is required: at least one entry");
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const std::string item_path = fmt::format("{}[{}]", path, i);
      mistakes_->Remember(item_path, node.items[i].at);
      ReadGroup(section, node.items[i], item_path, section.enter(owner, {}));
    }
  }

  void ReadMap(const Section& section, const Node& node, const std::string& path, void* owner) {
    if (node.kind != Node::Kind::kNull && node.kind != Node::Kind::kMapping) {
      mistakes_->Add(node.at, path, "must be a mapping of names to keys");
      return;
    }
    for (const Node::Entry& entry : node.entries) {
      const std::string entry_path = Join(path, entry.key);
      mistakes_->Remember(entry_path, entry.key_at);
      if (entry.key.size() > 128) {
        mistakes_->Add(entry.key_at, path, "a name has at most 128 bytes");
      }
      ReadGroup(section, entry.value, entry_path, section.enter(owner, entry.key));
    }
  }

  void ReadField(const Field& field, const Node& parent, const std::string& parent_path,
                 void* owner) {
    const std::string path = Join(parent_path, field.name);
    const Node* node = RememberedFind(parent, field.name, path);
    if (node == nullptr) {
      if (field.presence == Field::Presence::kRequired) mistakes_->AddAt(path, "is required");
      return;
    }
    Value value;
    if (auto wrong = ReadValue(field, *node, &value)) {
      mistakes_->Add(node->at, path, *wrong);
      return;
    }
    RememberParts(*node, path);
    field.set(owner, value);
  }

  // So that a check of what an entry says can point at it.
  void RememberParts(const Node& node, const std::string& path) {
    for (const Node::Entry& entry : node.entries) {
      RememberedFind(node, entry.key, Join(path, entry.key));
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      mistakes_->Remember(fmt::format("{}[{}]", path, i), node.items[i].at);
    }
  }

  const Node* RememberedFind(const Node& parent, std::string_view key, const std::string& path) {
    for (const Node::Entry& entry : parent.entries) {
      if (entry.key != key) continue;
      const bool overridden = entry.value.at.origin != entry.key_at.origin;
      mistakes_->Remember(path, overridden ? entry.value.at : entry.key_at);
      return &entry.value;
    }
    return nullptr;
  }

  static std::optional<std::string> ReadValue(const Field& field, const Node& node, Value* value) {
    if (auto wrong = ReadShape(field, node, value)) return wrong;
    if (field.check) {
      if (auto wrong = field.check(*value)) return wrong;
    }
    if (field.type == ValueType::kChoice) return ReadChoice(field, value);
    if (IsNumber(field.type) && (value->number < field.min || value->number > field.max)) {
      return fmt::format("is {}, outside {}", node.text, DescribeRange(field));
    }
    return std::nullopt;
  }

  static std::optional<std::string> ReadShape(const Field& field, const Node& node, Value* value) {
    if (field.type == ValueType::kTextList) return ReadTextList(field, node, value);
    if (field.type == ValueType::kTextMap) return ReadTextMap(field, node, value);
    if (node.kind == Node::Kind::kNull) {
      return fmt::format("has no value; a {} is expected", DescribeType(field));
    }
    if (node.kind != Node::Kind::kScalar) {
      return fmt::format("must be a single value: {}", DescribeType(field));
    }
    const bool is_text = field.type == ValueType::kText || field.type == ValueType::kChoice ||
                         field.type == ValueType::kInstant;
    if (node.quoted && !is_text) {
      return fmt::format("is quoted text; write a {} without quotes", DescribeType(field));
    }
    return ReadScalar(field, node.text, value);
  }

  static std::optional<std::string> ReadScalar(const Field& field, const std::string& text,
                                               Value* value) {
    const auto number = [&](int64_t n) { value->number = n; };
    switch (field.type) {
      case ValueType::kBool: return Take(ParseBool(text), [&](bool b) { value->truth = b; });
      case ValueType::kInteger: return Take(ParseInteger(text), number);
      case ValueType::kPoints: return Take(ParseThousandths(text), number);
      case ValueType::kSize: return Take(ParseSize(text), number);
      case ValueType::kDuration:
        return Take(ParseDuration(text), [&](Duration d) { number(d.millis()); });
      case ValueType::kInstant:
        return Take(ParseInstant(text), [&](EventTime t) { number(t.millis()); });
      default: value->text = text; return CheckText(field, text);
    }
  }

  static std::optional<std::string> CheckText(const Field& field, std::string_view text) {
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (control) return "holds a control character";
    if (field.type == ValueType::kChoice) return std::nullopt;
    const auto size = static_cast<int64_t>(text.size());
    if (size < field.min || size > field.max) {
      return fmt::format("has {} bytes, outside {}", size, DescribeRange(field));
    }
    return std::nullopt;
  }

  static std::optional<std::string> ReadChoice(const Field& field, Value* value) {
    const auto& choices = field.choices;
    const auto found = std::find(choices.begin(), choices.end(), value->text);
    if (found != choices.end()) {
      value->number = found - choices.begin();
      return std::nullopt;
    }
    return NotOneOf(value->text, std::vector<std::string_view>(choices.begin(), choices.end()));
  }

  static std::optional<std::string> ReadTextList(const Field& field, const Node& node,
                                                 Value* value) {
    if (node.kind == Node::Kind::kNull) return std::nullopt;
    if (node.kind != Node::Kind::kSequence) return "must be a list of texts: [a, b]";
    for (const Node& item : node.items) {
      if (item.kind != Node::Kind::kScalar) return "must be a list of texts: [a, b]";
      if (auto wrong = CheckText(field, item.text)) return "an entry " + *wrong;
      if (std::count(value->list.begin(), value->list.end(), item.text) > 0) {
        return fmt::format("names '{}' twice", item.text);
      }
      value->list.push_back(item.text);
    }
    return std::nullopt;
  }

  static std::optional<std::string> ReadTextMap(const Field& field, const Node& node,
                                                Value* value) {
    if (node.kind == Node::Kind::kNull) return std::nullopt;
    if (node.kind != Node::Kind::kMapping) return "must be a mapping of texts: {name: value}";
    for (const Node::Entry& entry : node.entries) {
      if (entry.value.kind != Node::Kind::kScalar) {
        return fmt::format("the value of '{}' must be a text", entry.key);
      }
      if (auto wrong = CheckText(field, entry.value.text)) {
        return fmt::format("the value of '{}' {}", entry.key, *wrong);
      }
      value->map[entry.key] = entry.value.text;
    }
    return std::nullopt;
  }

  void ReportUnknownKeys(const Section& section, const Node& node, const std::string& path) {
    std::vector<std::string_view> known;
    for (const Field& field : section.fields) known.push_back(field.name);
    for (const Section& inner : section.sections) known.push_back(inner.name);
    for (const Node::Entry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      const std::string_view nearest = Nearest(entry.key, known);
      std::string hint;
      if (!nearest.empty()) {
        hint = fmt::format("; did you mean '{}'?", nearest);
      } else if (const std::string home = FindHome(root_, entry.key, {}); !home.empty()) {
        hint = fmt::format("; there is '{}'", home);
      } else {
        hint = fmt::format("; known here: {}", fmt::join(known, ", "));
      }
      mistakes_->Add(entry.key_at, Join(path, entry.key), "is not a known key" + hint);
    }
  }

  // The path of the first key of this name anywhere in the schema.
  static std::string FindHome(const Section& section, std::string_view key,
                              const std::string& path) {
    for (const Field& field : section.fields) {
      if (field.name == key) return Join(path, key);
    }
    for (const Section& inner : section.sections) {
      const std::string inner_path = Join(path, inner.name);
      if (inner.name == key) return inner_path;
      const char* suffix = inner.shape == Section::Shape::kList  ? "[]"
                           : inner.shape == Section::Shape::kMap ? ".NAME"
                                                                 : "";
      if (std::string home = FindHome(inner, key, inner_path + suffix); !home.empty()) return home;
    }
    return {};
  }

  const Section& root_;
  Mistakes* mistakes_;
};

}  // namespace

void ReadBySchema(const Section& root, const Node& document, void* owner, Mistakes* mistakes) {
  mistakes->Remember("", document.at);
  Reader(root, mistakes).ReadGroup(root, document, {}, owner);
}

}  // namespace touchline::app
