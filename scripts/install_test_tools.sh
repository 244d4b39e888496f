#!/usr/bin/env bash
# What the browser tests need from Debian's packages; installed only where it is missing and may be.
set -u
[ -x /usr/bin/chromium ] && fc-list 2>/dev/null | grep -qi "noto.*cjk" && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fontconfig fonts-noto-cjk >/dev/null
else
  echo "Browser tests need: sudo apt-get install chromium fontconfig fonts-noto-cjk" >&2
  [ "${CI:-}" = true ] && exit 1
fi
exit 0
