# SPDX-License-Identifier: GPL-2.0
# The guest's side of a stress run: makes disks, file systems and swap, then races. Read after guest.sh; $STRESS: options.
# Disks answer after 200 us, so that reads are pending while things happen; zram answers in line, as other swap does.
for disk in e:96 x:320 s:256; do
  disk "${disk%:*}" "${disk#*:}" 200000 || result setup fail "cannot make the disk ${disk%:*}: is CONFIG_BLK_DEV_NULL_BLK in the kernel?"
  # These disks allocate when a block is first written: not while allocations fail, or data would be lost for good.
  [ -z "$INJECT" ] || dd if=/dev/zero "of=/dev/${disk%:*}" bs=1M count="${disk#*:}"
done
mkfs.ext4 -q -F -b 4096 -E nodiscard /dev/e
mkfs.xfs -q -f -K /dev/x
mkswap /dev/s >/dev/null
Z=$(zram 96) && mkswap "$Z" >/dev/null
if [ -n "$INJECT" ]; then
  # Allocations of the stress program and its children fail at random: one in INJECT percent, never those that must not.
  for kind in fail_page_alloc failslab; do
    where=/sys/kernel/debug/$kind
    echo Y >$where/task-filter
    echo "$INJECT" >$where/probability
    echo -1 >$where/times
    echo 0 >$where/verbose
    echo 0 >$where/space
  done
  echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait
  echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
  echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
  STRESS="$STRESS --injecting"
fi
stress --fs ext4:/dev/e:/mnt/ext4 --fs xfs:/dev/x:/mnt/xfs --fs tmpfs:-:/mnt/tmpfs --swap /dev/s --swap "$Z" $STRESS
STATUS=$?
grep -E '^(prefetch_|oom_kill|pswp|pgmajfault|thp_fault_alloc|cow_ksm|pgmigrate_success|zswp)' /proc/vmstat
exit $STATUS
