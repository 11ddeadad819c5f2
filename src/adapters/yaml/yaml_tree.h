#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace touchline::yaml {

// Where a token begins; lines and columns count from 1. A tree may be put together from several
// texts (a file and command-line overrides): `origin` tells them apart, and is the caller's.
struct Position {
  int origin = 0;
  int line = 1;
  int column = 1;  // in characters, not bytes
  bool operator==(const Position&) const = default;
};

struct Problem {
  Position at;
  std::string message;
};

// One node of a YAML document. Scalars are not interpreted: `010`, `no` and `1e3` stay text, and
// what a text means is for the reader that knows the key's type.
struct Node {
  struct Entry;
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  Position at;
  std::string text;     // kScalar
  bool quoted = false;  // kScalar: '..', "..", | or >
  std::vector<Node> items;
  std::vector<Entry> entries;  // in the order of the text; no key twice

  // The value of `key` in a mapping; nullptr when absent or when this is not a mapping.
  const Node* Find(std::string_view key) const;
  Node* Find(std::string_view key);
};

struct Node::Entry {
  std::string key;
  Position key_at;
  Node value;
};

struct Document {
  Node root;  // kNull for an empty text
  std::vector<Problem> problems;  // in the order of the text; a syntax error is the last one
  bool complete = true;  // false after a syntax error: then `root` holds nothing
};

// Reads one YAML document. What YAML allows but a configuration should not hide behind is a
// problem: duplicate keys, anchors and aliases, merge keys, tags, keys that are not plain text, a
// second document, bytes that are not UTF-8, nesting deeper than 32. The tree holds what could be
// read all the same (of a duplicate key, the first), so that later checks can report theirs too;
// with a problem, it must not be used for anything else. Never throws.
Document Parse(std::string_view text, int origin = 0);

}  // namespace touchline::yaml
