#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/yaml/yaml_tree.h"
#include "app/config.h"

namespace touchline::app {

// Collects what is wrong while a configuration is read, and remembers where each key stands, so
// that checks over several keys can point at one.
class Mistakes {
 public:
  void Add(yaml::Position at, std::string_view key, std::string_view message);
  // At the place of `key`, else of the nearest key above it that is present.
  void AddAt(const std::string& key, std::string_view message);
  void Remember(const std::string& key, yaml::Position at) { places_[key] = at; }
  bool IsPresent(const std::string& key) const { return places_.contains(key); }

  // Whether something is wrong with `key` or a key below it.
  bool HasAny(const std::string& key) const;

  // Sorted by place. `origins[i]` names the text of origin i; the first is a file.
  std::vector<std::string> Lines(const std::vector<std::string>& origins) const;

 private:
  struct Mistake {
    yaml::Position at;
    std::string key;
    std::string message;
  };
  std::vector<Mistake> mistakes_;
  std::map<std::string, yaml::Position> places_;
};

// What no single key can tell: keys that exclude or need each other. `config` is as read so far.
void CheckTogether(const Config& config, Mistakes* mistakes);

// What is wrong with a partner that the list `partners`, if there is one, does not have.
void CheckPartner(const Config& config, const std::string& key, const std::string& partner,
                  Mistakes* mistakes);

// "is 'x', which is not one of: a, b", with the nearest of them.
std::string NotOneOf(std::string_view word, const std::vector<std::string_view>& allowed);

// The candidate that `word` most likely meant: the nearest by edits (a swap of neighbours is one),
// if near enough to be a slip; else empty.
std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace touchline::app
