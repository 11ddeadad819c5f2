#!/bin/sh
# The house rules that a compiler does not know. Prints FILE:LINE: [rule] what is wrong, and what to
# do instead; exits with 1 when there was anything to print.
#
#   tidy.sh ROOT      the project's folder
#
# The tables below are the rules; tidy_test.sh shows each of them failing once.
set -eu
LC_ALL=C
export LC_ALL
cd "${1:?usage: tidy.sh ROOT}"

# tests/tidy itself holds the words it looks for.
list() {
  for folder in src tests bench cmake deploy config; do
    [ ! -d "$folder" ] || find "$folder" -type f ! -path 'tests/tidy/*' "$@"
  done
  find . -maxdepth 1 -type f "$@" | sed 's|^\./||'
}

cmake_files() { list -name CMakeLists.txt; }
code_files() {
  list \( -name '*.h' -o -name '*.cc' -o -name '*.cmake' -o -name '*.sh' -o -name 'CMakeLists.txt' \
    -o -name x \)
}

# Files as arguments: a first pass reads what every CMakeLists.txt names, a second the code.
# shellcheck disable=SC2046
awk '
function problem(rule, message) {
  printf "%s:%d: [%s] %s\n", FILENAME, FNR, rule, message
  problems++
}

# A layer and the folders that it may include.
function layer(folder, may) { layers[folder] = " " may " " }

# A header from outside, by its beginning, and where under src/ it may be included. First match wins.
function outside(header, where, instead) {
  outside_count++
  outside_header[outside_count] = header
  outside_where[outside_count] = where
  outside_instead[outside_count] = instead
}

BEGIN {
  layer("base", "base")
  layer("domain", "base domain")
  layer("pipeline", "base domain pipeline")
  layer("adapters", "base domain pipeline")  # and its own folder, and files of adapters/ itself
  layer("simulator", "base domain simulator adapters/json")
  layer("app", "base domain pipeline adapters simulator app")

  outside("librdkafka/", "^src/adapters/kafka/", "the ports of pipeline/")
  outside("rocksdb/", "^src/adapters/rocksdb/", "the committer and reader ports of pipeline/")
  outside("simdjson", "^src/adapters/json/", "the decoder of adapters/json")
  outside("prometheus/", "^src/adapters/prometheus/", "the metric catalogue of domain/")
  outside("boost/beast", "^src/adapters/http/", "adapters/http")
  outside("boost/asio", "^src/adapters/http/", "adapters/http")
  outside("boost/unordered", "^src/base/flat_map\\.h$", "base/flat_map.h")
  outside("boost/container", "^src/base/small_vector\\.h$", "base/small_vector.h")
  outside("boost/", "^src/adapters/http/", "the standard library, or base/")
  outside("yaml-cpp/", "^src/adapters/yaml/", "adapters/yaml")
  outside("libical/", "^src/adapters/ical/", "adapters/ical")
  outside("zlib.h", "^src/adapters/", "an adapter")
  outside("CLI/", "^src/app/", "the command line of app/")
  outside("tl/expected.hpp", "^src/base/result\\.h$", "base/result.h")
  outside("xxh", "^src/base/hash\\.cc$", "base/hash.h")
  outside("cctz/", "^src/base/time_zone\\.(h|cc)$", "base/time_zone.h")
  outside("fmt/", "^src/(app|adapters|simulator)/", "std::to_string or base/: no texts in the core")
  outside("gtest/", "^$", "a file under tests/")
  outside("gmock/", "^$", "a file under tests/")
  outside("rapidcheck", "^$", "a file under tests/")
  outside("benchmark/", "^$", "a file under bench/")

  system_ok = "^src/(adapters|app)/"
  impure = "^(thread|mutex|shared_mutex|condition_variable|future|atomic|semaphore|latch|barrier|" \
           "stop_token|fstream|iostream|filesystem|cstdio|ctime)$"
  real_time_ok = "^(src/adapters/system_clock\\.cc$|bench/|tests/integration/|tests/e2e/)"
  real_time = "(system_clock|steady_clock|high_resolution_clock)::now|gettimeofday|clock_gettime|" \
              "sleep_for|sleep_until|usleep|nanosleep|(^|[^A-Za-z0-9_.>])time\\((nullptr|NULL|0|&)"
}

FNR == 1 {
  folder = FILENAME
  if (!sub(/\/[^\/]*$/, "", folder)) folder = "."
  is_cmake = FILENAME ~ /(CMakeLists\.txt|\.cmake)$/
  is_header = FILENAME ~ /\.h$/
  is_code = FILENAME ~ /\.(h|cc)$/
  in_src = FILENAME ~ /^src\//
  split(FILENAME, part, "/")
  own_layer = in_src ? part[2] : ""
}

# A file or folder that a CMakeLists.txt names, as a path from the root.
function named(token,   path) {
  gsub(/"/, "", token)
  path = folder == "." ? token : folder "/" token
  while (path ~ /[^\/]+\/\.\.\//) sub(/[^\/]+\/\.\.\//, "", path)
  listed[path] = 1
}

pass == 1 {
  code = $0
  sub(/#.*/, "", code)
  gsub(/[()]/, " ", code)
  count = split(code, token, /[ \t]+/)
  for (i = 1; i <= count; i++) if (token[i] != "") named(token[i])
  next
}

FNR == 1 && FILENAME ~ /^(src|tests|bench)\/.*\.cc$/ && !(FILENAME in listed) {
  problem("unlisted", "in no target; name it in the SOURCES of a CMakeLists.txt")
}
FNR == 1 && FILENAME ~ /^(src|tests|bench)\/.*\/CMakeLists\.txt$/ && !(folder in listed) {
  problem("unlisted", "folder is never added; name it in the CMakeLists.txt above")
}
FNR == 1 && is_header { has_pragma = 0 }
is_header && /^#pragma once/ { has_pragma = 1 }
is_header && /^[ \t]*#[ \t]*include/ && !has_pragma {
  problem("pragma", "include before #pragma once; begin the header with it")
  has_pragma = 1
}

{
  width = $0
  gsub(/[\200-\277]/, "", width)  # a UTF-8 character counts once
  if (length(width) > 100 && $0 !~ /https?:\/\// && $0 !~ /^#include/)
    problem("columns", length(width) " columns; break the line at 100")
}
/(^|[^A-Za-z])(FIXME|TODO|XXX)([^A-Za-z]|$)/ {
  problem("leftover", "unfinished; finish it, or write it down where work is planned")
}
is_cmake && /file *\( *GLOB/ {
  problem("glob", "a source list that nobody wrote; name the files")
}

!is_code { next }

{
  code = $0
  sub(/\/\/.*/, "", code)
}

code ~ real_time && FILENAME !~ real_time_ok {
  problem("real-time", "reads or waits on the real clock; take a time as an argument, or the Clock " \
          "port (src/adapters/system_clock.cc)")
}

!in_src || code !~ /^[ \t]*#[ \t]*include/ { next }

code ~ /"/ {
  header = code
  sub(/^[^"]*"/, "", header)
  sub(/".*/, "", header)
  split(header, step, "/")
  if (header !~ /\// || !(step[1] in layers)) {
    problem("layer", "\"" header "\" is not written from src/; write \"layer/file.h\"")
    next
  }
  may = layers[own_layer]
  ok = index(may, " " step[1] " ") || index(may, " " step[1] "/" step[2] " ")
  if (own_layer == "adapters" && step[1] == "adapters")
    ok = step[2] == part[3] || step[3] == ""
  if (!ok)
    problem("layer", own_layer " must not know \"" header "\"; declare a port, and let app/ wire it")
  next
}

code ~ /</ {
  header = code
  sub(/^[^<]*</, "", header)
  sub(/>.*/, "", header)
  for (i = 1; i <= outside_count; i++) {
    if (index(header, outside_header[i]) != 1) continue
    if (FILENAME !~ outside_where[i])
      problem("third-party", "<" header "> does not belong here; use " outside_instead[i])
    next
  }
  if (header ~ /[.\/]/) {
    if (FILENAME !~ system_ok)
      problem("third-party", "<" header "> is of the system, or of an unknown library; use the " \
              "standard library, or move it to an adapter (and into the table of tidy.sh)")
  } else if (own_layer == "domain" && header ~ impure) {
    problem("pure", "<" header "> in domain/: no I/O, threads or clocks; do this in pipeline/ or an " \
            "adapter")
  }
}

END { exit problems > 0 }
' pass=1 $(cmake_files) pass=2 $(code_files)
