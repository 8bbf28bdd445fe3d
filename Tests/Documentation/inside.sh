#!/usr/bin/env bash
# Runs a command where the paths that the documents name are free: /run, /tmp, /var and /etc are its own.
# Usage: bash Tests/Documentation/inside.sh COMMAND [ARGUMENT...]
set -euo pipefail
if [ "${DOCUMENTS_INSIDE:-}" != 1 ]; then
    rights=()
    [ "$(id -u)" -eq 0 ] || rights=(--map-root-user)
    DOCUMENTS_INSIDE=1 exec unshare "${rights[@]}" --mount --propagation private \
        bash "${BASH_SOURCE[0]}" "$@"
fi
for folder in /run /tmp /var; do mount -t tmpfs tmpfs "$folder"; done
settings="$(mktemp -d)"
cp -a /etc/. "$settings" 2>/dev/null || true
mount --bind "$settings" /etc
mkdir -p /var/tmp
# The package may be in one of them.
[ -e "$PWD/Package.swift" ] || { mkdir -p "$PWD" && mount --bind . "$PWD" && cd "$PWD"; }
exec "$@"
