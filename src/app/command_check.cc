#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "app/commands.h"
#include "app/config_text.h"

namespace touchline::app {
namespace {

std::string DescribePartner(const TopicConfig& topic) {
  switch (topic.partner_source) {
    case PartnerSource::kFixed: return topic.partner;
    case PartnerSource::kField: return fmt::format("one of {}", fmt::join(topic.partners, ", "));
    case PartnerSource::kQueue: return "by queue";
    case PartnerSource::kAgent: return "by agent";
  }
  return {};
}

std::string DescribeCalendar(const domain::CalendarSpec& spec) {
  if (spec.always_open) return spec.time_zone + ", 24x7";
  return fmt::format("{}, {} shifts, {} breaks, {} holidays", spec.time_zone, spec.shifts.size(),
                     spec.breaks.size(), spec.holidays.size());
}

std::string DescribePolicy(const domain::Policy& policy) {
  std::string text;
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    if (!policy.versions.back().targets[i]) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ",
                        domain::Name(static_cast<domain::SlaTarget>(i)));
  }
  if (text.empty()) text = "promises nothing";
  if (policy.versions.size() == 1) return text;
  return fmt::format("{}; the last of {} versions", text, policy.versions.size());
}

std::string DescribeBusinessHours(const domain::RuleSet& rules) {
  const std::string& of_all = rules.default_queue.business_calendar;
  std::string text = of_all.empty() ? "none" : of_all;
  for (const auto& [queue, own] : rules.queues) {
    if (own.business_calendar == of_all) continue;
    text += fmt::format(", {} by {}", queue, own.business_calendar);
  }
  return text;
}

}  // namespace

std::string DefaultConfigFile() {
  constexpr const char* kHere = "touchline.yaml";
  std::error_code ignored;
  return std::filesystem::exists(kHere, ignored) ? kHere : "/etc/touchline/touchline.yaml";
}

std::optional<Config> LoadOrExplain(const ConfigOptions& options, const Console& console) {
  const std::string file = options.file.empty() ? DefaultConfigFile() : options.file;
  LoadedConfig loaded = LoadConfigFile(file, options.overrides);
  if (loaded.ok()) return std::move(loaded.config);
  for (const std::string& line : loaded.mistakes) fmt::print(console.err, "{}\n", line);
  fmt::print(console.err, "{}: {} mistake{} in the configuration\n", file, loaded.mistakes.size(),
             loaded.mistakes.size() == 1 ? "" : "s");
  return std::nullopt;
}

ExitCode RunCheck(const ConfigOptions& options, const Console& console) {
  const auto config = LoadOrExplain(options, console);
  if (!config) return ExitCode::kConfiguration;
  fmt::print(console.out, "brokers   {}\n", config->kafka.bootstrap_servers);
  for (const TopicConfig& topic : config->topics) {
    fmt::print(console.out, "topic     {} ({}, namespace {}, partner {})\n", topic.name,
               topic.mode == TopicMode::kLive ? "live" : "recorded", topic.name_space,
               DescribePartner(topic));
  }
  fmt::print(console.out, "state     {} (local, cache {})\n", config->state.folder,
             FormatSize(config->state.cache_bytes));
  fmt::print(console.out, "commit    every {}, up to {} when behind\n",
             FormatDuration(config->commit.interval), FormatDuration(config->commit.max_interval));
  fmt::print(console.out, "shard     {} of {}\n", config->shard.index, config->shard.of);
  fmt::print(console.out, "listen    {}\n", config->http.listen);
  for (const auto& [name, calendar] : config->calendars) {
    fmt::print(console.out, "calendar  {} ({})\n", name, DescribeCalendar(calendar.spec));
  }
  for (const domain::Policy& policy : config->rules.policies) {
    fmt::print(console.out, "policy    {} ({})\n", policy.name, DescribePolicy(policy));
  }
  fmt::print(console.out, "agents    {} listed\n", config->rules.agents.size());
  fmt::print(console.out, "queues    {} with rules of their own; business hours: {}\n",
             config->rules.queues.size(), DescribeBusinessHours(config->rules));
  return ExitCode::kOk;
}

}  // namespace touchline::app
