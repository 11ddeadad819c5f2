#pragma once

#include <functional>
#include <string_view>

namespace touchline::app {

// For crash tests: TOUCHLINE_CRASH_AT="STEP:N" ends the process by SIGKILL the N-th time that it
// comes to the named step of the commit cycle (folded, sealed, before_write, before_ingest,
// after_write, durable, released, acknowledged). Without the variable the hook is empty and costs
// nothing.
std::function<void(std::string_view step)> CrashHookFromEnvironment();

}  // namespace touchline::app
