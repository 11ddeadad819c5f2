#include "app/open_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace touchline::app {
namespace {

Result<OpenedOutput> OpenFile(const std::string& path) {
  OpenedOutput opened;
  opened.file.reset(std::fopen(path.c_str(), "wb"));
  if (opened.file == nullptr) {
    return Fatal(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
  }
  opened.events = MakeLineOutput(opened.file.get());
  return opened;
}

}  // namespace

Result<OpenedOutput> OpenOutput(const OutputOptions& options, std::vector<std::string> topics,
                                const Console& console, Logger* log) {
  if (options.file == "-") return OpenedOutput{.events = MakeLineOutput(console.out)};
  if (!options.file.empty()) return OpenFile(options.file);

  KafkaConfig kafka;
  if (!options.config.empty()) {
    auto config = LoadOrExplain({.file = options.config}, console);
    if (!config) return Fatal("The configuration has mistakes.", ExitCode::kConfiguration);
    kafka = std::move(config->kafka);
  }
  if (!options.bootstrap.empty()) kafka.bootstrap_servers = options.bootstrap;
  KafkaOutputOptions output{.kafka = {.bootstrap = kafka.bootstrap_servers,
                                      .client_id = kafka.client_id,
                                      .properties = kafka.properties,
                                      .log = [log](std::string_view line) { log->Info(line); }},
                            .topics = std::move(topics),
                            .create_partitions = options.create_topics};
  auto events = MakeKafkaOutput(std::move(output));
  if (!events) return tl::unexpected(events.error());
  return OpenedOutput{.events = *std::move(events)};
}

}  // namespace touchline::app
