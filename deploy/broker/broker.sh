#!/bin/bash
# A real Kafka broker on this machine: one KRaft node on free ports of 127.0.0.1, its data in a
# folder. Topics are not created by themselves.
#
#   broker.sh start DIR     start it (a DIR used before keeps its ports and data); when this
#                           returns, it answers at the address that stands in DIR/bootstrap
#   broker.sh stop DIR      stop it in order, by the process id in DIR/pid
#   broker.sh kill DIR      stop it as a crash would
#   broker.sh restart DIR   stop, then start
#   broker.sh topic DIR NAME PARTITIONS...    create topics
#   broker.sh run           start one in the foreground until Ctrl-C, data thrown away
#   broker.sh fetch         only get Kafka from Maven Central, if it is not here yet
#
# TOUCHLINE_KAFKA_LIB           where its jars are (default: build/kafka/lib)
# TOUCHLINE_BROKER_JAVA_OPTS    default: a small heap, quick to start
# TOUCHLINE_BROKER_OWNER        a process id: the broker stops when that process is gone
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lib=${TOUCHLINE_KAFKA_LIB:-$root/build/kafka/lib}
# The quick compiler alone costs a third less CPU for a life of minutes; a benchmark sets its own.
java_opts=${TOUCHLINE_BROKER_JAVA_OPTS:--Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1}
start_seconds=60
stop_seconds=20

say() { printf '%s\n' "broker: $*" >&2; }
fail() { say "$*"; exit 1; }
fail_with() { # LOG WHAT
  tail -n 20 "$1" >&2
  fail "$2, see $1"
}

# The jars are copied beside, then moved, under a lock: two test programs may ask at once, and a
# broken download never looks like a whole one.
fetch() {
  local stamp want
  want=$(sha256sum <"$here/pom.xml" | cut -d' ' -f1)
  stamp=$lib/.pom.sha256
  [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
  command -v mvn >/dev/null || fail "no Kafka in $lib, and no mvn to get it: apt-get install maven"
  mkdir -p "$(dirname "$lib")"
  exec 9>"$lib.lock"
  flock 9
  if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
    say "fetching Kafka from Maven Central into $lib (44 MB, about a minute)"
    rm -rf "$lib.new"
    # -C: a wrong checksum fails.
    mvn -B -C -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies \
      -DoutputDirectory="$lib.new" >&2 ||
      fail "Maven could not fetch the jars; is https://repo.maven.apache.org reachable from here?"
    printf '%s\n' "$want" >"$lib.new/.pom.sha256"
    rm -rf "$lib"
    mv "$lib.new" "$lib"
  fi
  exec 9>&-
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range from which the system takes ports for outgoing connections.
free_port() {
  local port
  port=$((20000 + RANDOM % 12000))
  while is_open "$port"; do port=$((20000 + RANDOM % 12000)); done
  printf '%s\n' "$port"
}

# The process in DIR/pid, if it still is our broker: the system may have given the id away.
running_pid() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$1/server.properties" || return 1
  printf '%s\n' "$pid"
}

write_properties() {
  local dir=$1 port=$2 controller_port
  controller_port=$(free_port)
  while [ "$controller_port" = "$port" ]; do controller_port=$(free_port); done
  cat >"$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/data
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
log.cleaner.dedupe.buffer.size=8388608
PROPERTIES
  printf '%s\n' "127.0.0.1:$port" >"$dir/bootstrap"
}

format() {
  local id
  # A cluster id is 16 bytes in URL-safe base64; a leading dash would read as an option.
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c1-22)
  java -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$lib/*" kafka.tools.StorageTool \
    format -t "${id/#-/A}" -c "$1/server.properties" >"$1/format.log" 2>&1 ||
    fail_with "$1/format.log" "could not format $1/data"
}

# Starts the process and waits for its answer. 1: it ended or did not answer.
launch() {
  local dir=$1 pid port waited=0
  port=$(cut -d: -f2 <"$dir/bootstrap")
  : >"$dir/broker.log"
  # A session of its own: Ctrl-C at the caller's terminal is the caller's to handle.
  # shellcheck disable=SC2086
  setsid java $java_opts -cp "$lib/*" \
    -Dorg.slf4j.simpleLogger.showDateTime=true \
    -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS \
    kafka.Kafka "$dir/server.properties" >"$dir/broker.log" 2>&1 </dev/null &
  pid=$!
  disown "$pid"
  printf '%s\n' "$pid" >"$dir/pid"
  while [ "$waited" -lt $((start_seconds * 20)) ]; do
    kill -0 "$pid" 2>/dev/null || return 1
    if grep -q 'Kafka Server started' "$dir/broker.log" && is_open "$port"; then return 0; fi
    sleep 0.05
    waited=$((waited + 1))
  done
  kill -KILL "$pid" 2>/dev/null || true
  return 1
}

watch_owner() {
  local dir=$1 owner=$2
  (
    while kill -0 "$owner" 2>/dev/null; do
      running_pid "$dir" >/dev/null || exit 0
      sleep 1
    done
    end "$dir" KILL
  ) >/dev/null 2>&1 </dev/null &
  disown $!
}

start() {
  local dir=$1 attempt
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  if running_pid "$dir" >/dev/null; then fail "one already runs on $dir"; fi
  command -v java >/dev/null || fail "no java: apt-get install default-jre-headless"
  fetch
  if [ -e "$dir/server.properties" ]; then
    launch "$dir" || fail_with "$dir/broker.log" "did not start"
  else
    # Another program may take a port between our look and the broker's bind.
    for attempt in 1 2 3 4; do
      write_properties "$dir" "${2:-$(free_port)}"
      rm -rf "$dir/data"
      format "$dir"
      launch "$dir" && break
      grep -q 'BindException\|Address already in use' "$dir/broker.log" && [ "$attempt" -lt 4 ] ||
        fail_with "$dir/broker.log" "did not start"
    done
  fi
  if [ -n "${TOUCHLINE_BROKER_OWNER:-}" ]; then watch_owner "$dir" "$TOUCHLINE_BROKER_OWNER"; fi
}

# Ends the broker of DIR by SIGNAL and waits until it is gone; none there is no error.
end() {
  local dir=$1 signal=$2 pid waited=0
  pid=$(running_pid "$dir") || return 0
  kill -"$signal" "$pid" 2>/dev/null || true
  while running_pid "$dir" >/dev/null; do
    if [ "$waited" -eq $((stop_seconds * 20)) ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    sleep 0.05
    waited=$((waited + 1))
  done
  rm -f "$dir/pid"
}

topic() {
  local dir=$1
  shift
  while [ $# -ge 2 ]; do
    java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
      -cp "$lib/*" org.apache.kafka.tools.TopicCommand --create --if-not-exists \
      --bootstrap-server "$(cat "$dir/bootstrap")" --topic "$1" --partitions "$2" >&2
    shift 2
  done
}

run() {
  local dir port=9092
  mkdir -p "$root/build"
  dir=$(mktemp -d "$root/build/broker.XXXXXX")
  # shellcheck disable=SC2064
  trap "end '$dir' TERM; rm -rf '$dir'" EXIT
  trap 'exit 0' INT TERM HUP
  if is_open "$port"; then port=$(free_port); fi
  start "$dir" "$port"
  printf 'bootstrap address: %s\n' "$(cat "$dir/bootstrap")"
  printf 'its log:           %s\n' "$dir/broker.log"
  printf 'a topic:           %s\n' "deploy/broker/broker.sh topic '$dir' support.calls 8"
  printf 'Ctrl-C stops it and throws its data away.\n'
  while running_pid "$dir" >/dev/null; do sleep 1; done
  fail_with "$dir/broker.log" "the broker ended by itself"
}

# DIR as `start` wrote it: absolute, so that it is found in the process's command line.
dir_of() {
  [ -n "${1:-}" ] || { usage >&2; exit 2; }
  [ -d "$1" ] || fail "no folder $1"
  (cd "$1" && pwd)
}

usage() { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

case ${1:-} in
fetch) fetch ;;
start) [ -n "${2:-}" ] || { usage >&2; exit 2; }; start "$2" ;;
stop) end "$(dir_of "${2:-}")" TERM ;;
kill) end "$(dir_of "${2:-}")" KILL ;;
restart) end "$(dir_of "${2:-}")" TERM; start "$2" ;;
topic) topic "$(dir_of "${2:-}")" "${@:3}" ;;
run) run ;;
help | --help | -h) usage ;;
*) usage >&2; exit 2 ;;
esac
