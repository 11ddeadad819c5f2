#include "app/processor/command_run.h"

#include "app/processor/processor.h"
#include "app/reload_signal.h"
#include "app/stop_signal.h"

namespace touchline::app {

ExitCode RunRun(const ConfigOptions& options, const Console& console,
                const pipeline::Clock& clock, Logger* log) {
  auto config = LoadOrExplain(options, console);
  if (!config) return ExitCode::kConfiguration;
  InstallStopSignals();
  InstallReloadSignal();
  const auto load = [file = options.file.empty() ? DefaultConfigFile() : options.file,
                     overrides = options.overrides] { return LoadConfigFile(file, overrides); };
  Processor processor({.config = std::move(*config), .topics = nullptr,
                       .should_stop = StopRequested, .load = load,
                       .should_reload = TakeReloadRequest},
                      &clock, log);
  Status status = processor.Start();
  if (status) status = processor.Run();
  if (status) return ExitCode::kOk;
  log->Error(status.error().message);
  return status.error().kind == ErrorClass::kTransient ? ExitCode::kBrokerUnavailable
                                                       : status.error().exit_code;
}

}  // namespace touchline::app
