// `touchline demo`, the real binary, as somebody who tries it for the first time sees it.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/integration/installation.h"
#include "tests/support/temporary_folder.h"

namespace touchline::test {
namespace {

TEST(DemoTest, ShowsItsAddressAndLiveNumbersWithinTenSecondsAndEndsCleanlyWhenInterrupted) {
  const TemporaryFolder folder;
  const std::string temporary = folder.path() + "/tmp";
  std::filesystem::create_directory(temporary);
  Program demo({.arguments = {std::getenv("TOUCHLINE_PROGRAM"), "demo", "--listen", "127.0.0.1:0"},
                .environment = {{"TMPDIR", temporary}},
                .log = folder.path() + "/log"});
  const auto began = std::chrono::steady_clock::now();
  const Duration wait = Duration::Seconds(30);
  EXPECT_TRUE(demo.WaitForMatch("Touchline demo: http://127\\.0\\.0\\.1:[0-9]+/metrics", wait))
      << demo.Log();
  EXPECT_TRUE(demo.WaitForMatch("\n +[1-9][0-9]* events .*waiting .*open .*journeys", wait))
      << demo.Log();
  EXPECT_LE(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  // The line tells what the pages tell.
  EXPECT_GT(demo.Metric("touchline_events_total").value_or(0), 0);
  EXPECT_TRUE(demo.WaitForMetric("touchline_journeys_open", {1, 1e9}, wait));

  demo.process().Signal(SIGINT);
  EXPECT_EQ(demo.process().Wait(Duration::Seconds(10)), 0) << demo.Log();
  EXPECT_TRUE(std::filesystem::is_empty(temporary)) << "the temporary state was left behind";
}

}  // namespace
}  // namespace touchline::test
