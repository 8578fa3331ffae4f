#!/usr/bin/env bash
# A real OpenStack Swift with its S3 API (s3api, tempauth) on loopback: one proxy, account, container and object server.
#
#   swift.sh check   exits 0 if it can run, else prints the Debian packages that are missing and exits 3
#   swift.sh start   starts it (again) and prints {"endpoint","accessKeyId","secretAccessKey"} as one line of JSON
#   swift.sh stop    stops it and removes its folder
#
# Several can run side by side with another folder and other ports:
#   SWIFT_DIR, SWIFT_PORT (8080), SWIFT_STORAGE_PORT (6201 and the two after it), SWIFT_MEMCACHED_PORT (11299)
set -euo pipefail

dir=${SWIFT_DIR:-${TMPDIR:-/tmp}/mesibo-files-swift}
port=${SWIFT_PORT:-8080}
storage_port=${SWIFT_STORAGE_PORT:-6201}
memcached_port=${SWIFT_MEMCACHED_PORT:-11299}
user=$(id -un)

missing_packages() {
  local need
  for need in swift-proxy-server:swift-proxy swift-account-server:swift-account memcached:memcached curl:curl \
    swift-container-server:swift-container swift-object-server:swift-object; do
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
  local file
  for file in "$dir"/*.pid; do
    [ -f "$file" ] || continue
    # Each was started as the leader of a process group of its own.
    kill -- "-$(cat "$file")" 2>/dev/null || true
  done
  [ -d "$dir" ] && sleep 0.5
  rm -rf "$dir"
}

write_proxy_configuration() {
  cat >"$dir/etc/proxy-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
workers = 1
user = $user
swift_dir = $dir/etc
log_address = $dir/no-syslog
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$memcached_port
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
location = us-east-1
cors_preflight_allow_origin = *
min_segment_size = 5242880
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
CONF
  local filter
  for filter in catch_errors gatekeeper listing_formats bulk copy slo dlo symlink; do
    printf '[filter:%s]\nuse = egg:swift#%s\n' "$filter" "$filter"
  done >>"$dir/etc/proxy-server.conf"
}

write_storage_configuration() {
  local type=$1 type_port=$2
  cat >"$dir/etc/$type-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $type_port
workers = 0
user = $user
swift_dir = $dir/etc
devices = $dir/srv
mount_check = false
log_address = $dir/no-syslog
recon_cache_path = $dir/cache
$([ "$type" = object ] && echo 'fallocate_reserve = 0')
[pipeline:main]
pipeline = $type-server
[app:$type-server]
use = egg:swift#$type
CONF
  cd "$dir/etc"
  swift-ring-builder "$type.builder" create 4 1 0
  swift-ring-builder "$type.builder" add --region 1 --zone 1 --ip 127.0.0.1 --port "$type_port" --device d1 --weight 1
  swift-ring-builder "$type.builder" rebalance
}

# run NAME COMMAND...: in the background, as a process group of its own
run() {
  local name=$1
  shift
  setsid "$@" >"$dir/log/$name.out" 2>&1 </dev/null &
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

proxy_answers() { curl -s -o /dev/null "http://127.0.0.1:$port/"; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  check
  stop
  mkdir -p "$dir"/{etc,srv/d1,log,cache}
  printf '[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n[storage-policy:0]\nname = gold\ndefault = yes\n' \
    >"$dir/etc/swift.conf"
  export SWIFT_DIR=$dir/etc
  write_proxy_configuration
  (write_storage_configuration account "$storage_port") >"$dir/log/account-ring.out" 2>&1 &
  (write_storage_configuration container "$((storage_port + 1))") >"$dir/log/container-ring.out" 2>&1 &
  (write_storage_configuration object "$((storage_port + 2))") >"$dir/log/object-ring.out" 2>&1 &
  wait
  run memcached memcached -u "$user" -l 127.0.0.1 -p "$memcached_port" -m 64
  local type
  for type in account container object; do
    run "$type" "swift-$type-server" "$dir/etc/$type-server.conf" -v
  done
  run proxy swift-proxy-server "$dir/etc/proxy-server.conf" -v
  for offset in 0 1 2; do wait_for 20 listens "$((storage_port + offset))"; done
  wait_for 30 proxy_answers
  printf '{"endpoint":"http://127.0.0.1:%s","accessKeyId":"test:tester","secretAccessKey":"testing"}\n' "$port"
}

case ${1:-} in
  check) check ;;
  start) start ;;
  stop) stop ;;
  *) echo "usage: swift.sh check|start|stop" >&2; exit 2 ;;
esac
