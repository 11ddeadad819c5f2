#pragma once

namespace touchline::app {

// SIGHUP asks the program to read its configuration anew. Call once, before threads start; without
// it the signal ends the process.
void InstallReloadSignal();

// Whether a signal has come since the last call. One thread's.
bool TakeReloadRequest();

}  // namespace touchline::app
