#include "app/command_import.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "adapters/gzip/gzip_file.h"
#include "app/import/importer.h"
#include "app/stop_signal.h"
#include "base/hash.h"

namespace touchline::app {
namespace {

constexpr int64_t kShownBadRows = 20;

std::optional<Mapping> LoadMapping(const std::string& path, const Console& console) {
  const auto text = adapters::ReadFileOrGzip(path);
  if (!text) {
    fmt::print(console.err, "{}\n", text.error().message);
    return std::nullopt;
  }
  LoadedMapping loaded = ReadMapping(path, *text);
  if (loaded.ok()) return std::move(loaded.mapping);
  for (const std::string& line : loaded.mistakes) fmt::print(console.err, "{}\n", line);
  return std::nullopt;
}

// Reads every file, so that all that is wrong is told at once. False when one cannot be used.
bool AddFiles(const std::vector<std::string>& files, const Console& console, Importer* importer) {
  bool good = true;
  for (const std::string& file : files) {
    const auto content = adapters::ReadFileOrGzip(file);
    if (!content) {
      fmt::print(console.err, "{}\n", content.error().message);
      good = false;
      continue;
    }
    for (const std::string& mistake : importer->Add(file, *content)) {
      fmt::print(console.err, "{}\n", mistake);
      good = false;
    }
  }
  return good;
}

// Nothing earlier than its time will come, and nothing at all after it.
domain::Event FinalHeartbeat(const Mapping& mapping, int64_t last_time_ns, const std::string& id) {
  domain::Event event;
  event.type = domain::EventType::kSourceHeartbeat;
  event.time_ns = last_time_ns;
  event.source = mapping.source;
  event.id = id;
  event.id_hash = HashEventId(event.source, event.id);
  event.partner = mapping.partner;
  event.complete_until_ns = last_time_ns;
  event.is_final = true;
  return event;
}

// Sends until an error or a signal; the importer itself knows neither.
class Sender {
 public:
  Sender(EventOutput* out, std::string topic) : out_(out), topic_(std::move(topic)) {}

  void operator()(const domain::Event& event) {
    if (status_ && !StopRequested()) status_ = out_->SendEvent(topic_, event);
  }
  Status Finish(const Mapping& mapping, const ImportCounts& counts, bool with_final) {
    if (!status_) return status_;
    if (StopRequested()) return Fatal("Stopped by a signal: the import is not complete.");
    if (with_final && counts.last_time_ns) {
      const std::string id = fmt::format("final-{}", *counts.last_time_ns);
      (*this)(FinalHeartbeat(mapping, *counts.last_time_ns, id));
      if (!status_) return status_;
    }
    return out_->Finish();
  }

 private:
  EventOutput* out_;
  std::string topic_;
  Status status_;
};

// A run that sends nothing, to know of every bad row first.
int64_t CountBadRows(Importer importer) {
  return importer.Run([](const domain::Event&) {}).bad;
}

Status SendAll(const ImportOptions& options, const Mapping& mapping, Importer* importer,
               const Console& console, Logger* log) {
  auto output = OpenOutput(options.output, {mapping.topic}, console, log);
  if (!output) return tl::unexpected(output.error());
  Sender sender(output->events.get(), mapping.topic);
  const ImportCounts counts =
      importer->Run([&](const domain::Event& event) { sender(event); });
  const Status finished = sender.Finish(mapping, counts, !options.no_final);
  log->Info("imported", {{"rows", fmt::format("{}", counts.rows)},
                         {"used", fmt::format("{}", counts.used)},
                         {"unused", fmt::format("{}", counts.unused)},
                         {"unlinked", fmt::format("{}", counts.unlinked)},
                         {"bad", fmt::format("{}", counts.bad)},
                         {"subjects", fmt::format("{}", counts.subjects)},
                         {"events", fmt::format("{}", counts.events)}});
  return finished;
}

}  // namespace

ExitCode RunImport(const ImportOptions& options, const Console& console, Logger* log) {
  const auto mapping = LoadMapping(options.mapping, console);
  if (!mapping) return ExitCode::kConfiguration;
  InstallStopSignals();
  int64_t shown = 0;
  Importer importer(&*mapping, [&](const std::string& message) {
    if (shown++ < kShownBadRows) fmt::print(console.err, "{}\n", message);
  });
  if (!AddFiles(options.files, console, &importer)) return ExitCode::kRuntime;
  if (options.strict) {
    if (const int64_t bad = CountBadRows(importer); bad > 0) {
      fmt::print(console.err, "{} bad rows; with --strict nothing is sent\n", bad);
      return ExitCode::kRuntime;
    }
  }
  const Status done = SendAll(options, *mapping, &importer, console, log);
  if (shown > kShownBadRows) {
    fmt::print(console.err, "and {} more bad rows\n", shown - kShownBadRows);
  }
  if (done) return ExitCode::kOk;
  log->Error(done.error().message);
  return done.error().kind == ErrorClass::kTransient ? ExitCode::kBrokerUnavailable
                                                     : done.error().exit_code;
}

}  // namespace touchline::app
