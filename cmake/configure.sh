# SPDX-License-Identifier: MIT
# Sourced by dev and test/run: what both do before CMake, and how a long command tells that it is alive.

# fresh_if_moved DIR SOURCE: prints --fresh where DIR was configured for another place of the source or itself, as in a copied or moved
# checkout: CMake would stop at it. What was built there for other paths is built again by itself.
fresh_if_moved() {
  local cache=$1/CMakeCache.txt
  [ -f "$cache" ] || return 0
  if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$2" "$cache" || ! grep -qxF "CMAKE_CACHEFILE_DIR:INTERNAL=$(readlink -f "$1")" "$cache"; then
    echo "$1 was configured in another place: configuring it anew" >&2
    echo --fresh
  fi
}

# with_progress FILTER LOG COMMAND...: runs it with its output in LOG; every 5 seconds the line that FILTER (a command) makes of the log is
# printed, where it has changed, and at least every 20 seconds. Returns the command's status.
with_progress() {
  local filter=$1 log=$2 pid line last='' seconds=0 told=0
  shift 2
  set -m # a process group of its own, which an interrupt ends as a whole
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -- -$pid 2>/dev/null; trap - INT TERM; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 5)) -eq 0 ] || continue
    line=$("$filter" "$log")
    if [ "$line" != "$last" ] || [ $((seconds - told)) -ge 20 ]; then
      printf '   %s s: %s\n' "$seconds" "${line:-starting}"
      last=$line told=$seconds
    fi
  done
  trap - INT TERM
  wait "$pid"
}

# The last "[done/all] what" of Ninja, or "[ 12%] what" of make, for with_progress.
build_status() { sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\] \(.*\)/\1 of \2: \3/p; s/^\[ *\([0-9]*%\)\] \(.*\)/\1: \2/p' "$1" | tail -n 1 | cut -c1-100; }
