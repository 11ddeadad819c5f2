#include "app/command_explain.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "adapters/http/api_interaction.h"
#include "adapters/http/client.h"
#include "app/config_mistakes.h"
#include "app/processor/known_topics.h"
#include "app/state_folder.h"
#include "domain/metrics_reference.h"
#include "pipeline/store_interactions.h"

namespace touchline::app {
namespace {

using adapters::HttpResponse;

constexpr std::string_view kInteraction = "interaction";

ExitCode Failed(const std::string& why, ExitCode code, const Console& console) {
  fmt::print(console.err, "touchline explain: {}\n", why);
  return code;
}

// nullopt: well asked.
std::optional<std::string> FindMisuse(const ExplainOptions& options) {
  if (options.what == kInteraction) {
    if (options.id.empty()) return "which interaction? Give its id: explain interaction ID";
    if (!options.url.empty() && !options.state.empty()) return "give --url or --state, not both";
    return std::nullopt;
  }
  if (!options.id.empty()) {
    return fmt::format("'{}' is not 'interaction', of which alone there are ids; quote a metric's "
                       "name as one word",
                       options.what);
  }
  const bool is_of_interactions = options.json || !options.kind.empty() ||
                                  !options.name_space.empty() || !options.topic.empty() ||
                                  !options.partner.empty() || !options.url.empty() ||
                                  !options.state.empty();
  if (is_of_interactions) return "a metric's contract needs no options";
  return std::nullopt;
}

// Names in the catalogue are without what the pages add to them. Empty: none is near.
std::string_view NearestMetric(std::string_view name) {
  constexpr std::string_view kPrefix = "touchline_";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  for (const std::string_view suffix : {"", "_total", "_seconds"}) {
    if (!name.ends_with(suffix)) continue;
    const std::string_view bare = name.substr(0, name.size() - suffix.size());
    const std::string_view nearest = Nearest(bare, domain::ContractNames());
    if (!nearest.empty()) return nearest;
  }
  return "";
}

ExitCode ExplainMetric(const std::string& name, const Console& console) {
  const std::string contract = domain::FindMetricContract(name);
  if (!contract.empty()) {
    fmt::print(console.out, "{}", contract);
    return ExitCode::kOk;
  }
  const std::string_view nearest = NearestMetric(name);
  const std::string hint = nearest.empty()
                               ? "docs/metrics.md lists them all"
                               : fmt::format("did you mean '{}'?", nearest);
  return Failed(fmt::format("there is no metric '{}'; {}", name, hint), ExitCode::kUsage, console);
}

std::string TargetOf(const ExplainOptions& options) {
  std::string target(adapters::kInteractionsPath);
  target += adapters::PercentEncode(options.id);
  target += options.json ? "?format=json" : "?format=text";
  for (const auto& [name, value] : {std::pair{"kind", &options.kind},
                                    std::pair{"namespace", &options.name_space},
                                    std::pair{"topic", &options.topic},
                                    std::pair{"partner", &options.partner}}) {
    if (!value->empty()) target += fmt::format("&{}={}", name, adapters::PercentEncode(*value));
  }
  return target;
}

bool HasConfig(const ConfigOptions& options) {
  std::error_code ignored;
  return !options.file.empty() || !options.overrides.empty() ||
         std::filesystem::exists(DefaultConfigFile(), ignored);
}

// The one that is configured; without a file, the defaults. nullopt: it has mistakes, which are
// told.
std::optional<Config> ConfigOrDefaults(const ConfigOptions& options, const Console& console) {
  return HasConfig(options) ? LoadOrExplain(options, console) : Config();
}

// Where an instance that listens so is found from this machine.
std::string OriginOf(std::string listen) {
  const size_t colon = listen.rfind(':');
  const std::string host = listen.substr(0, colon);
  if (host.empty() || host == "0.0.0.0") listen.replace(0, colon, "127.0.0.1");
  if (host == "[::]") listen.replace(0, colon, "[::1]");
  return "http://" + listen;
}

Result<HttpResponse> AskState(const ExplainOptions& options, const Config& config) {
  auto store = OpenStateFolder(options.state);
  if (!store) return tl::unexpected(store.error());
  std::map<std::string, std::string> name_spaces;
  for (const TopicConfig& topic : config.topics) name_spaces[topic.name] = topic.name_space;
  const auto topics = TopicsIn(store->get());
  if (!topics) return tl::unexpected(topics.error());
  std::vector<pipeline::InteractionsPlace> places;
  for (const KnownTopic& topic : *topics) {
    const auto name_space = name_spaces.find(topic.name);
    for (int32_t p = 0; p < topic.partitions; ++p) {
      places.push_back(
          {.task = {.stage = pipeline::StageId::kInteractions, .number = TaskNumber(topic, p)},
           .name_space = name_space == name_spaces.end() ? "?" : name_space->second,
           .topic = topic.name,
           .partition = p});
    }
  }
  const pipeline::StoreInteractions interactions(store->get(), std::move(places));
  return adapters::ApiInteraction(interactions, *adapters::ParseTarget(TargetOf(options)));
}

ExitCode Print(const HttpResponse& response, const Console& console) {
  constexpr int kOk = 200;
  constexpr int kBadRequest = 400;
  if (response.status == kOk) {
    fmt::print(console.out, "{}", response.body);
    return ExitCode::kOk;
  }
  std::string why = response.body;
  while (why.ends_with('\n')) why.pop_back();
  if (why.empty()) why = fmt::format("the answer is {}, and says no more", response.status);
  return Failed(why, response.status == kBadRequest ? ExitCode::kUsage : ExitCode::kRuntime,
                console);
}

ExitCode ExplainInteraction(const ExplainOptions& options, const Console& console) {
  const bool needs_config = options.url.empty();
  const auto config =
      needs_config ? ConfigOrDefaults(options.config, console) : std::optional<Config>(Config());
  if (!config) return ExitCode::kConfiguration;
  if (!options.state.empty()) {
    const auto response = AskState(options, *config);
    if (response) return Print(*response, console);
    return Failed(response.error().message, response.error().exit_code, console);
  }
  const std::string origin = options.url.empty() ? OriginOf(config->http.listen) : options.url;
  const auto response = adapters::HttpGet(origin, TargetOf(options));
  if (response) return Print(*response, console);
  if (response.error().kind == ErrorClass::kPoison) {
    return Failed("--url " + response.error().message, ExitCode::kUsage, console);
  }
  return Failed(response.error().message +
                    " Name a running instance with --url, or a state folder that no process has "
                    "open with --state.",
                ExitCode::kRuntime, console);
}

}  // namespace

ExitCode RunExplain(const ExplainOptions& options, const Console& console) {
  if (const auto misuse = FindMisuse(options)) {
    return Failed(*misuse, ExitCode::kUsage, console);
  }
  if (options.what == kInteraction) return ExplainInteraction(options, console);
  return ExplainMetric(options.what, console);
}

}  // namespace touchline::app
