#!/usr/bin/env bash
# Fails when the public interface breaks what calls the last released version, other than in the ways
# that Tests/api-breakages.txt lists, as they are printed; a release empties it. Says so when nothing
# was released yet.
# Usage: bash Tests/api.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh

release="$(git describe --tags --abbrev=0 --match '[0-9]*' 2>/dev/null || true)"
if [ -z "$release" ]; then
    echo "no release yet: there is no interface to keep"
    exit 0
fi
swift package --scratch-path .build-interface diagnose-api-breaking-changes "$release" \
    --breakage-allowlist-path Tests/api-breakages.txt \
    --products EngineCore EngineModules EngineRuntime EngineService EngineTesting
