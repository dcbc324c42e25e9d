#!/usr/bin/env bash
# Process 1 of a guest in its own namespaces: runs the user-data, and stays up when that ends, as a real machine does.
read -r _ # the cloud has connected the network
exec </dev/null

power_off() {
  trap '' TERM
  kill -TERM -1
  for _ in {1..40}; do
    set -- /proc/[0-9]*
    [ "$#" -le 1 ] && break
    sleep 0.05
  done
  exit 0
}
trap power_off TERM

mount -t tmpfs run /run
for path in /sbin /usr/sbin; do
  for name in shutdown poweroff halt; do
    if [ -e "$path/$name" ]; then mount --bind "$FAKECLOUD_COMMANDS/shutdown" "$path/$name"; fi
  done
done
cd "$HOME" || exit 1
"$FAKECLOUD_FOLDER/user-data" &
while :; do
  sleep 3600 &
  wait $!
done
