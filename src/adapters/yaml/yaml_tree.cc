#include "adapters/yaml/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "base/utf8.h"

namespace touchline::yaml {
namespace {

constexpr size_t kMaxDepth = 32;

// The first byte that yaml-cpp would silently replace.
std::optional<Problem> FindBadByte(std::string_view text, int origin) {
  Position at{.origin = origin};
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return Problem{at, "not UTF-8"};
    if (text[0] == '\0') return Problem{at, "a NUL byte"};
    if (text[0] == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      ++at.column;
    }
    text.remove_prefix(length);
  }
  return std::nullopt;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Document* document, int origin) : document_(document), origin_(origin) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Add(Node{.kind = Node::Kind::kNull, .at = At(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Report(At(mark), "aliases (*name) are not supported: write the value out");
    Add(Node{.kind = Node::Kind::kNull, .at = At(mark)});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    CheckTag(mark, tag);
    Add(Node{.kind = Node::Kind::kScalar, .at = At(mark), .text = value, .quoted = tag == "!"});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(Node{.kind = Node::Kind::kSequence, .at = At(mark)});
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    CheckTag(mark, tag);
    Open(Node{.kind = Node::Kind::kMapping, .at = At(mark)});
  }
  void OnMapEnd() override { Close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    Report(At(mark), "anchors (&" + name + ") are not supported: write the value out");
  }

 private:
  // A collection that is being read; a mapping alternates between keys and values.
  struct Frame {
    Node node;
    std::optional<Node> key;
  };

  Position At(const YAML::Mark& mark) const {
    return {.origin = origin_, .line = mark.line + 1, .column = mark.column + 1};
  }
  void Report(Position at, std::string message) {
    document_->problems.push_back({at, std::move(message)});
  }
  void CheckTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      Report(At(mark), "tags (" + tag + ") are not supported");
    }
  }
  void Open(Node node) {
    if (frames_.size() >= kMaxDepth) {
      throw YAML::ParserException({}, "nested deeper than " + std::to_string(kMaxDepth));
    }
    frames_.push_back({std::move(node), std::nullopt});
  }
  void Close() {
    Node done = std::move(frames_.back().node);
    frames_.pop_back();
    Add(std::move(done));
  }
  void Add(Node node) {
    if (frames_.empty()) {
      document_->root = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      frame.key = std::move(node);
    } else {
      const Node key = *std::exchange(frame.key, std::nullopt);
      AddEntry(&frame.node, key, std::move(node));
    }
  }
  void AddEntry(Node* mapping, const Node& key, Node value) {
    if (key.kind != Node::Kind::kScalar || key.text.empty()) {
      Report(key.at, "a key must be a plain text");
      return;
    }
    if (key.text == "<<" && !key.quoted) {
      Report(key.at, "merge keys (<<) are not supported: write the values out");
      return;
    }
    const auto same = std::find_if(mapping->entries.begin(), mapping->entries.end(),
                                   [&](const Node::Entry& e) { return e.key == key.text; });
    if (same != mapping->entries.end()) {
      Report(key.at, "key '" + key.text + "' stands here a second time; the first is in line " +
                         std::to_string(same->key_at.line));
      return;
    }
    mapping->entries.push_back({key.text, key.at, std::move(value)});
  }

  Document* document_;
  int origin_;
  std::vector<Frame> frames_;
};

void ParseInto(std::string_view text, int origin, Document* document) {
  std::istringstream in{std::string(text)};
  TreeBuilder builder(document, origin);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return;
    Document second;
    TreeBuilder ignored(&second, origin);
    if (parser.HandleNextDocument(ignored)) {
      document->problems.push_back(
          {second.root.at, "a second document (---) stands here; only one is read"});
    }
  } catch (const YAML::Exception& e) {
    const bool known = !e.mark.is_null();
    document->complete = false;
    document->problems.push_back({{.origin = origin,
                                   .line = known ? e.mark.line + 1 : 1,
                                   .column = known ? e.mark.column + 1 : 1},
                                  "not YAML: " + e.msg});
  }
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::Find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).Find(key));
}

Document Parse(std::string_view text, int origin) {
  Document document;
  document.root.at.origin = origin;
  if (auto bad = FindBadByte(text, origin)) {
    document.problems.push_back(*std::move(bad));
    document.complete = false;
    return document;
  }
  ParseInto(text, origin, &document);
  return document;
}

}  // namespace touchline::yaml
