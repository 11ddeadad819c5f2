#!/bin/sh
# Each rule of tidy.sh fails on a tree that breaks it and passes on one that does not.
set -eu
tidy=$(cd "$(dirname "$0")" && pwd)/tidy.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# A small tree that keeps every rule.
good_tree() {
  rm -rf "$scratch/tree"
  mkdir -p "$scratch/tree"
  cd "$scratch/tree"
  mkdir -p src/base src/domain src/pipeline src/adapters/kafka src/adapters/json src/simulator \
    src/app tests/domain tests/integration bench
  echo 'add_subdirectory(src)' >CMakeLists.txt
  for folder in base domain pipeline adapters/kafka adapters/json simulator app; do
    echo "add_subdirectory($folder)" >>src/CMakeLists.txt
    echo 'touchline_library(NAME some SOURCES a.cc)  # its only file' >src/$folder/CMakeLists.txt
    echo '#include <string>' >src/$folder/a.cc
    printf '#pragma once\n#include <vector>\n' >src/$folder/a.h
  done
  echo 'touchline_add_subdirectories(domain integration)' >tests/CMakeLists.txt
  for folder in domain integration; do
    echo 'touchline_test(NAME some SOURCES a_test.cc)' >tests/$folder/CMakeLists.txt
    echo '#include <gtest/gtest.h>' >tests/$folder/a_test.cc
  done
}

verdict() { # EXPECTED-RULE-OR-NOTHING WHAT
  status=0
  found=$(sh "$tidy" "$scratch/tree" 2>&1) || status=$?
  if [ -z "$1" ]; then
    [ "$status" = 0 ] && [ -z "$found" ] && return
    printf 'FAIL: %s should pass, but:\n%s\n' "$2" "$found"
  else
    # One line, of this rule, with a place in front and a replacement behind.
    [ "$status" = 1 ] && [ "$(printf '%s\n' "$found" | wc -l)" = 1 ] &&
      printf '%s\n' "$found" | grep -q "^[^ ]*:[0-9]*: \[$1\] .*[;,] " && return
    printf 'FAIL: %s should break [%s] once, but status %s:\n%s\n' "$2" "$1" "$status" "$found"
  fi
  failed=1
}

breaks() { # RULE FILE LINE: the line added to the good tree's file is found
  good_tree
  mkdir -p "$(dirname "$2")"
  printf '%s\n' "$3" >>"$2"
  verdict "$1" "$2 with '$3'"
}
passes() { # FILE LINE
  good_tree
  printf '%s\n' "$2" >>"$1"
  verdict '' "$1 with '$2'"
}

good_tree
verdict '' 'the good tree'

breaks layer src/base/a.cc '#include "domain/a.h"'
breaks layer src/domain/a.cc '#include "pipeline/a.h"'
breaks layer src/domain/a.h '#include "adapters/json/a.h"'
breaks layer src/pipeline/a.cc '#include "adapters/kafka/a.h"'
breaks layer src/adapters/kafka/a.cc '#include "adapters/json/a.h"'
breaks layer src/adapters/kafka/a.cc '#include "app/a.h"'
breaks layer src/simulator/a.cc '#include "pipeline/a.h"'
breaks layer src/simulator/a.cc '#include "adapters/kafka/a.h"'
breaks layer src/app/a.cc '#include "a.h"'
passes src/adapters/kafka/a.cc '#include "adapters/kafka/a.h"'
passes src/adapters/kafka/a.cc '#include "adapters/system_clock.h"'
passes src/simulator/a.cc '#include "adapters/json/a.h"'
passes src/app/a.cc '#include "adapters/kafka/a.h"'

breaks third-party src/pipeline/a.cc '#include <librdkafka/rdkafka.h>'
breaks third-party src/app/a.cc '#include <rocksdb/db.h>'
breaks third-party src/adapters/kafka/a.cc '#include <simdjson.h>'
breaks third-party src/adapters/kafka/a.cc '#include <prometheus/counter.h>'
breaks third-party src/app/a.cc '#include <boost/asio.hpp>'
breaks third-party src/pipeline/a.cc '#include <boost/unordered/unordered_flat_map.hpp>'
breaks third-party src/domain/a.cc '#include <boost/container/small_vector.hpp>'
breaks third-party src/pipeline/a.cc '#include <boost/optional.hpp>'
breaks third-party src/app/a.cc '#include <yaml-cpp/yaml.h>'
breaks third-party src/app/a.cc '#include <libical/ical.h>'
breaks third-party src/adapters/json/a.cc '#include <CLI/CLI.hpp>'
breaks third-party src/domain/a.h '#include <tl/expected.hpp>'
breaks third-party src/domain/a.cc '#include <xxhash.h>'
breaks third-party src/domain/a.cc '#include <cctz/time_zone.h>'
breaks third-party src/domain/a.cc '#include <fmt/format.h>'
breaks third-party src/domain/a.cc '#include <zlib.h>'
breaks third-party src/domain/a.cc '#include <gtest/gtest.h>'
breaks third-party src/domain/a.cc '#include <benchmark/benchmark.h>'
breaks third-party src/pipeline/a.cc '#include <unistd.h>'
breaks third-party src/domain/a.cc '#include <someone/else.h>'
passes src/adapters/kafka/a.cc '#include <librdkafka/rdkafka.h>'
passes src/adapters/kafka/a.cc '#include <unistd.h>'
passes src/app/a.cc '#include <fmt/format.h>'

breaks pure src/domain/a.cc '#include <mutex>'
breaks pure src/domain/a.cc '#include <iostream>'
passes src/pipeline/a.cc '#include <mutex>'

breaks real-time src/pipeline/a.cc 'auto t = std::chrono::steady_clock::now();'
breaks real-time src/app/a.cc 'auto t = std::chrono::system_clock::now();'
breaks real-time src/adapters/kafka/a.cc 'std::this_thread::sleep_for(second);'
breaks real-time src/domain/a.cc 'auto t = std::time(nullptr);'
breaks real-time src/domain/a.cc 'gettimeofday(&t, nullptr);'
breaks real-time tests/domain/a_test.cc 'std::this_thread::sleep_for(second);'
passes tests/integration/a_test.cc 'std::this_thread::sleep_for(second);'
passes src/domain/a.cc 'EventTime t = event.time();'
passes src/domain/a.cc '// not by std::time(nullptr)'

long=$(printf '%0101d' 0)
breaks columns src/app/a.cc "// $long"
breaks columns src/app/CMakeLists.txt "# $long"
passes src/app/a.cc "// see https://$long"
passes src/app/a.cc "//$(printf '%049d' 0 | sed 's/0/––/g')"

breaks leftover src/app/a.cc '// FIXME later'
breaks leftover tests/domain/a_test.cc '// TODO(me): the edge'
breaks leftover src/app/CMakeLists.txt '# XXX'
passes src/app/a.cc '// mktemp name.XXXXXX'

breaks unlisted src/domain/b.cc 'int b;'
breaks unlisted tests/domain/b_test.cc 'int b;'
breaks unlisted tests/new/CMakeLists.txt 'touchline_test(NAME other SOURCES c.cc)'
breaks glob src/app/CMakeLists.txt 'file(GLOB sources *.cc)'
good_tree
echo 'int b;' >src/domain/b.cc
echo '# SOURCES b.cc' >>src/domain/CMakeLists.txt
verdict unlisted 'a source named in a comment only'

good_tree
printf '#include <vector>\n#pragma once\n' >src/app/a.h
verdict pragma 'a header that includes before #pragma once'

exit "$failed"
