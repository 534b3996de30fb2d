# SPDX-License-Identifier: GPL-2.0
# Functions for a guest's script: results in the form that guest.py reads, programs with a time limit, disks and swap.

# result NAME pass|fail|skip [REASON]
result() {
  echo "@@ $*"
}

# run NAME SECONDS COMMAND...: runs it under a time limit between two marks; its status is the function's. 137 or 143: it was ended by the limit.
run() {
  local name=$1 limit=$2 status
  shift 2
  echo "@@begin $name"
  timeout -s KILL "$limit" "$@" 2>&1
  status=$?
  echo # whatever did not end its last line
  echo "@@end $name $status"
  return "$status"
}

# check NAME SECONDS COMMAND...: as run, and makes it a result: status 0 passes, 4 skips (kselftest's), others fail.
check() {
  local status
  run "$@"
  status=$?
  case $status in
  0) result "$1" pass ;;
  4) result "$1" skip "status 4; its output tells why" ;;
  137 | 143) result "$1" fail "no end after $2 s" ;;
  *) result "$1" fail "status $status" ;;
  esac
}

# disk NAME MEGABYTES NANOSECONDS: /dev/NAME, a disk kept in memory that takes that long for each request and serves 256 at once.
disk() {
  local home=/sys/kernel/config/nullb/$1 pair
  mkdir "$home" || return 1
  for pair in size=$2 memory_backed=1 irqmode=2 completion_nsec=$3 queue_mode=2 hw_queue_depth=256 blocksize=4096 power=1; do
    echo "${pair#*=}" >"$home/${pair%%=*}" || return 1
  done
  # Newer releases name the block device after the directory, older ones nullbN.
  [ -b "/dev/$1" ] || ln -s "/dev/nullb$(cat "$home/index")" "/dev/$1"
}

# zram MEGABYTES: a compressed disk in memory; prints its path. It reads in line and cannot show asynchrony.
zram() {
  local index
  index=$(cat /sys/class/zram-control/hot_add) || return 1
  echo "$1M" >"/sys/block/zram$index/disksize" || return 1
  echo "/dev/zram$index"
}

# swap_on DEVICE: makes it swap and switches it on.
swap_on() {
  mkswap "$1" >/dev/null && swapon "$1"
}

# filesystem ext4|xfs DEVICE DIRECTORY: makes and mounts one. mkfs.ext4 and mkfs.xfs come with Image(programs=[...]).
filesystem() {
  mkdir -p "$3"
  case $1 in
  ext4) mkfs.ext4 -q -F -b 4096 -O ^has_journal "$2" ;;
  *) "mkfs.$1" -q -f "$2" ;;
  esac && mount -t "$1" "$2" "$3"
}
