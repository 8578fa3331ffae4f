#!/usr/bin/env bash
# Installs the servers and the browser that the real lane tests against, from Debian's packages. Needs root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends \
  radosgw ceph-mon ceph-osd ceph-common curl \
  swift-proxy swift-account swift-container swift-object memcached \
  redis-server tinyproxy \
  chromium
