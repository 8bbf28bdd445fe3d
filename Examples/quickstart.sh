#!/usr/bin/env bash
# Sends typed, dynamic and raw requests to an engine and prints what happened.
# The engine is an embedded one, or the one behind ENGINE_SOCKET.
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh
echo "building (the first time takes a minute or two)"
swift build --package-path Examples --scratch-path .build-examples --product quickstart
exec .build-examples/debug/quickstart
