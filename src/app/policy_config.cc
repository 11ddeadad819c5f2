#include "app/policy_config.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "app/calendar_config.h"
#include "app/config_text.h"
#include "app/policy_faults.h"
#include "app/policy_schema.h"

namespace touchline::app {
namespace {

using domain::SlaTarget;
using domain::TicketStatus;

constexpr size_t kMaxPolicies = 256;
constexpr size_t kMaxVersions = 64;  // of one policy
constexpr size_t kMaxAgents = 20'000;  // each of some 0.2 KiB in each task

void CheckLength(const std::string& key, size_t length, size_t most, Mistakes* mistakes) {
  if (length <= most) return;
  mistakes->AddAt(key, fmt::format("has {} entries, more than {}", length, most));
}

// The names of a closed set from its value `first` to `last`.
template <class Enum>
std::vector<std::string_view> NamesOf(Enum first, Enum last) {
  std::vector<std::string_view> names;
  for (auto i = static_cast<size_t>(first); i <= static_cast<size_t>(last); ++i) {
    names.push_back(domain::Name(static_cast<Enum>(i)));
  }
  return names;
}

std::optional<SlaTarget> ParseTarget(std::string_view name) {
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    const auto target = static_cast<SlaTarget>(i);
    if (domain::Name(target) == name) return target;
  }
  return std::nullopt;
}

struct AtRisk {
  int32_t permille = 0;
  std::optional<Duration> lead;
};

Parsed<AtRisk> ParseAtRisk(std::string_view text) {
  if (!text.ends_with('%')) {
    const auto lead = ParseDuration(text);
    if (lead && *lead > Duration()) return AtRisk{.permille = 0, .lead = *lead};
    return tl::unexpected(fmt::format(
        "is '{}', which is neither a share such as 80% nor a time before due such as 10m", text));
  }
  constexpr int64_t kOfAPermille = 100;  // thousandths of a per cent
  const auto percent = ParseThousandths(text.substr(0, text.size() - 1));
  if (!percent || *percent % kOfAPermille != 0 || *percent <= 0 ||
      *percent >= 1000 * kOfAPermille) {
    return tl::unexpected(fmt::format("is '{}', which is not a share from 0.1% to 99.9%", text));
  }
  return AtRisk{.permille = static_cast<int32_t>(*percent / kOfAPermille), .lead = std::nullopt};
}

// Reads one version of one policy; `path` is where its keys stand.
class VersionReader {
 public:
  VersionReader(const Config& config, const PolicyVersionConfig& version, std::string path,
                std::string calendar, Mistakes* mistakes)
      : config_(config),
        version_(version),
        path_(std::move(path)),
        calendar_(version.calendar.empty() ? std::move(calendar) : version.calendar),
        mistakes_(mistakes) {}

  domain::PolicyVersion Read() {
    domain::PolicyVersion read;
    if (version_.effective_from) read.effective_from = *version_.effective_from;
    CheckCalendarName(config_, path_ + ".calendar", version_.calendar, mistakes_);
    ReadMatch(&read.match);
    for (const auto& [name, target] : version_.targets) {
      const std::string place = ".targets." + name;
      if (const auto known = ParseTarget(name)) {
        ReadTarget(place, *known, target, &read.targets[static_cast<size_t>(*known)].emplace());
      } else {
        Wrong(place, NotOneOf(name, NamesOf(SlaTarget::kAnswer, SlaTarget::kResolution)));
      }
    }
    return read;
  }

 private:
  void Wrong(const std::string& key, const std::string& message) {
    mistakes_->AddAt(path_ + key, message);
  }

  void ReadMatch(domain::PolicyMatch* match) {
    const MatchConfig& texts = version_.match;
    match->partners = texts.partner;
    match->queues = texts.queue;
    match->priorities = texts.priority;
    match->tiers = texts.tier;
    for (size_t i = 0; i < texts.partner.size(); ++i) {
      if (texts.partner[i].empty()) continue;
      CheckPartner(config_, fmt::format("{}.match.partner[{}]", path_, i), texts.partner[i],
                   mistakes_);
    }
    using domain::Channel;
    using domain::Kind;
    match->kinds = ReadSet(".match.kind", texts.kind, Kind::kCall, Kind::kTicket);
    match->channels = ReadSet(".match.channel", texts.channel, Channel::kVoice, Channel::kSocial);
  }

  template <class Enum>
  std::vector<Enum> ReadSet(const std::string& key, const std::vector<std::string>& texts,
                            Enum first, Enum last) {
    std::vector<Enum> values;
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto value = domain::ParseEnum<Enum>(texts[i]);
      if (value && *value >= first && *value <= last) {
        values.push_back(*value);
      } else {
        Wrong(fmt::format("{}[{}]", key, i), NotOneOf(texts[i], NamesOf(first, last)));
      }
    }
    return values;
  }

  void ReadTarget(const std::string& place, SlaTarget target, const TargetConfig& texts,
                  domain::TargetRule* rule) {
    rule->budget = texts.budget;
    for (const auto& [priority, text] : texts.by_priority) {
      const auto budget = ParseDuration(text);
      const std::string key = place + ".by_priority." + priority;
      if (!budget) {
        Wrong(key, budget.error());
      } else if (*budget < kShortestBudget || *budget > kLongestBudget) {
        Wrong(key, fmt::format("is {}, outside {} to {}", text, FormatDuration(kShortestBudget),
                               FormatDuration(kLongestBudget)));
      } else {
        rule->by_priority[priority] = *budget;
      }
    }
    rule->calendar = texts.calendar.empty() ? calendar_ : texts.calendar;
    CheckCalendarName(config_, path_ + place + ".calendar", texts.calendar, mistakes_);
    if (rule->calendar.empty()) {
      Wrong(place, "needs 'calendar', here or in the policy: one of 'calendars', or 24x7");
    }
    rule->pause = ReadPause(place + ".pause", target, texts.pause);
    if (const auto at_risk = ParseAtRisk(texts.at_risk)) {
      rule->at_risk_permille = at_risk->permille;
      rule->at_risk_lead = at_risk->lead;
    } else {
      Wrong(place + ".at_risk", at_risk.error());
    }
  }

  domain::StatusSet ReadPause(const std::string& key, SlaTarget target,
                              const std::vector<std::string>& texts) {
    if (!mistakes_->IsPresent(path_ + key)) return domain::DefaultPause(target);
    domain::StatusSet pause = 0;
    for (const TicketStatus status :
         ReadSet(key, texts, TicketStatus::kNew, TicketStatus::kOnHold)) {
      pause = static_cast<domain::StatusSet>(pause | domain::BitOf(status));
    }
    return pause;
  }

  const Config& config_;
  const PolicyVersionConfig& version_;
  const std::string path_;
  const std::string calendar_;  // of targets that name none
  Mistakes* mistakes_;
};

void CheckParts(const PolicyConfig& policy, const std::string& path, Mistakes* mistakes) {
  const auto has = [&](const char* key) { return mistakes->IsPresent(path + key); };
  if (!has(".versions")) {
    if (!has(".targets")) mistakes->AddAt(path, "needs 'targets', or 'versions'");
    return;
  }
  for (const char* key : {".match", ".targets"}) {
    if (has(key)) mistakes->AddAt(path + key, "excludes 'versions'; write it into each of them");
  }
  if (policy.versions.empty()) mistakes->AddAt(path + ".versions", "needs at least one entry");
  CheckLength(path + ".versions", policy.versions.size(), kMaxVersions, mistakes);
  for (size_t i = 0; i < policy.versions.size(); ++i) {
    const std::string version = fmt::format("{}.versions[{}]", path, i);
    if (!has(fmt::format(".versions[{}].targets", i).c_str())) {
      mistakes->AddAt(version, "needs 'targets'");
    }
    if (i > 0 && !policy.versions[i].effective_from) {
      mistakes->AddAt(version, "needs 'effective_from'; only the first counts since ever");
    }
  }
}

}  // namespace

std::string PathOfVersion(const Config& config, size_t policy, size_t version) {
  std::string path = fmt::format("policies[{}]", policy);
  if (!config.policies[policy].versions.empty()) path += fmt::format(".versions[{}]", version);
  return path;
}

void ReadPolicies(Config* config, Mistakes* mistakes) {
  domain::RuleSet& rules = config->rules;
  CheckLength("agents", rules.agents.size(), kMaxAgents, mistakes);
  CheckLength("policies", config->policies.size(), kMaxPolicies, mistakes);
  for (size_t i = 0; i < config->policies.size(); ++i) {
    const PolicyConfig& policy = config->policies[i];
    CheckParts(policy, fmt::format("policies[{}]", i), mistakes);
    domain::Policy& read = rules.policies.emplace_back();
    read.name = policy.name;
    const auto read_version = [&](const PolicyVersionConfig& version) {
      const std::string path = PathOfVersion(*config, i, read.versions.size());
      read.versions.push_back(
          VersionReader(*config, version, path, policy.single.calendar, mistakes).Read());
      for (const auto& target : read.versions.back().targets) {
        if (target && target->calendar == kAlwaysOpen) {
          AddAlwaysOpen(&rules);
        }
      }
    };
    if (policy.versions.empty()) {
      read_version(policy.single);
    } else {
      CheckCalendarName(*config, fmt::format("policies[{}].calendar", i), policy.single.calendar,
                        mistakes);
    }
    for (const PolicyVersionConfig& version : policy.versions) read_version(version);
  }
  ReportPolicyFaults(*config, mistakes);
}

}  // namespace touchline::app
