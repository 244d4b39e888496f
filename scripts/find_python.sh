#!/usr/bin/env bash
# Print a Python 3.11 or newer, or the line that installs one.
set -u
for candidate in "${1:-}" python3.11 python3.12 python3.13 python3; do
  [ -n "$candidate" ] || continue
  path=$(command -v "$candidate") || continue
  if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    if "$path" -c 'import venv, ensurepip' 2>/dev/null; then
      echo "$path"
      exit 0
    fi
    echo "$path has no venv: sudo apt-get install python3-venv" >&2
    exit 1
  fi
done
echo "Python 3.11 or newer is missing: sudo apt-get install python3 python3-venv" >&2
exit 1
