#pragma once

#include <cstdio>
#include <functional>
#include <string>

#include "app/processor/processor.h"

namespace touchline::app {

// The demo's numbers, from what is durable.
std::string DemoLine(const pipeline::PublishedLedger& ledger, WallTime now);

// Prints a line a second until told to stop.
void PrintDemoLines(const Processor& processor, const pipeline::Clock& clock, std::FILE* out,
                    const std::function<bool()>& should_stop);

}  // namespace touchline::app
