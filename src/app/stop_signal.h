#pragma once

namespace touchline::app {

// SIGTERM and SIGINT ask the program to stop in order; a second one ends it at once with exit code
// 1. Call once, before threads start. SIGPIPE is ignored from then on: writes fail instead.
void InstallStopSignals();

// Whether a signal has come. From any thread, cheap.
bool StopRequested();

}  // namespace touchline::app
