#include "app/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace touchline::app {
namespace {

volatile std::sig_atomic_t signals_seen = 0;

void OnSignal(int) {
  if (signals_seen != 0) _exit(1);
  signals_seen = 1;
}

}  // namespace

void InstallStopSignals() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopRequested() { return signals_seen != 0; }

}  // namespace touchline::app
