#!/usr/bin/env bash
# A real Ceph RADOS Gateway on loopback: one monitor, one OSD that keeps everything in memory, one gateway.
#
#   rgw.sh check   exits 0 if it can run, else prints the Debian packages that are missing and exits 3
#   rgw.sh start   starts it (again) and prints {"endpoint","accessKeyId","secretAccessKey"} as one line of JSON
#   rgw.sh stop    stops it and removes its folder
#
# Several can run side by side with another folder and other ports:
#   RGW_DIR, RGW_PORT (7480), RGW_MON_PORT (13300), RGW_MON_V1_PORT (16789), RGW_ACCESS_KEY, RGW_SECRET_KEY
set -euo pipefail

dir=${RGW_DIR:-${TMPDIR:-/tmp}/mesibo-files-rgw}
port=${RGW_PORT:-7480}
mon_port=${RGW_MON_PORT:-13300}
mon_v1_port=${RGW_MON_V1_PORT:-16789}
access_key=${RGW_ACCESS_KEY:-testaccess}
secret_key=${RGW_SECRET_KEY:-testsecret0123456789}
export CEPH_CONF=$dir/ceph.conf

missing_packages() {
  local need
  for need in ceph-mon:ceph-mon ceph-osd:ceph-osd radosgw:radosgw ceph:ceph-common curl:curl; do
    command -v "${need%%:*}" >/dev/null || printf '%s\n' "${need##*:}"
  done
}

check() {
  local missing
  missing=$(missing_packages | sort -u | tr '\n' ' ')
  [ -z "$missing" ] && return 0
  echo "missing Debian packages: $missing(apt-get install --no-install-recommends $missing)" >&2
  exit 3
}

stop() {
  local name pid
  for name in radosgw osd mon; do
    [ -f "$dir/$name.pid" ] || continue
    pid=$(cat "$dir/$name.pid")
    kill -9 "$pid" 2>/dev/null || true
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
  rm -rf "$dir"
}

write_configuration() {
  cat >"$CEPH_CONF" <<CONF
[global]
fsid = $1
mon host = $2
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
run dir = $dir/run
pid file =
admin socket = $dir/run/\$name.asok
log file = $dir/log/\$name.log
mon cluster log file = $dir/log/cluster.log
log to stderr = false
setuser match path =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
ms mon client mode = crc
paxos propose interval = 0.05
[mon]
mon data = $dir/mon
mon initial members = a
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client.rgw]
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
rgw thread pool size = 32
rgw enable usage log = false
rgw run sync thread = false
rgw enable gc threads = false
rgw enable lc threads = false
CONF
}

# run NAME COMMAND...: in the background, with its output and process id under $dir
run() {
  local name=$1
  shift
  "$@" >"$dir/log/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
  local tries=$(($1 * 10))
  shift
  for _ in $(seq "$tries"); do
    "$@" && return 0
    sleep 0.1
  done
  echo "gave up waiting for: $*; see $dir/log" >&2
  return 1
}

osd_is_up() { ceph osd stat -f json 2>/dev/null | grep -q '"num_up_osds":1'; }
gateway_answers() { curl -s -o /dev/null "http://127.0.0.1:$port/"; }

start() {
  check
  stop
  mkdir -p "$dir"/{mon,osd,run,log,rgw}
  local cluster osd addresses
  cluster=$(cat /proc/sys/kernel/random/uuid)
  osd=$(cat /proc/sys/kernel/random/uuid)
  addresses="[v2:127.0.0.1:$mon_port,v1:127.0.0.1:$mon_v1_port]"
  write_configuration "$cluster" "$addresses"
  {
    monmaptool --create --clobber --fsid "$cluster" --addv a "$addresses" "$dir/monmap"
    ceph-mon --mkfs -i a --monmap "$dir/monmap"
    run mon ceph-mon -f -i a
    ceph --connect-timeout 20 osd new "$osd"
    ceph-osd -i 0 --mkfs --osd-uuid "$osd"
    run osd ceph-osd -f -i 0
    wait_for 20 osd_is_up
    run radosgw radosgw -f -n client.rgw
    radosgw-admin -n client.rgw user create --uid=test --display-name=test \
      --access-key="$access_key" --secret-key="$secret_key"
    wait_for 60 gateway_answers
  } >"$dir/log/start.out" 2>&1 || {
    tail -n 20 "$dir/log/start.out" >&2
    exit 1
  }
  printf '{"endpoint":"http://127.0.0.1:%s","accessKeyId":"%s","secretAccessKey":"%s"}\n' \
    "$port" "$access_key" "$secret_key"
}

case ${1:-} in
  check) check ;;
  start) start ;;
  stop) stop ;;
  *) echo "usage: rgw.sh check|start|stop" >&2; exit 2 ;;
esac
