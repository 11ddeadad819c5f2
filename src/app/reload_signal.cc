#include "app/reload_signal.h"

#include <csignal>

namespace touchline::app {
namespace {

volatile std::sig_atomic_t reload_requested = 0;

void OnSignal(int) { reload_requested = 1; }

}  // namespace

void InstallReloadSignal() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;  // nobody's read or write has to know
  sigaction(SIGHUP, &action, nullptr);
}

bool TakeReloadRequest() {
  if (reload_requested == 0) return false;
  reload_requested = 0;
  return true;
}

}  // namespace touchline::app
