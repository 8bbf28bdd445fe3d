#!/usr/bin/env bash
# Runs the tests of EngineRuntime and EngineCore with the libuv of newer systems.
#
# libuv keeps its ABI within 1.x: the tests that are built load it in place of the system's.
# EngineRuntime, the only user of its headers, is also compiled with the new ones. The source comes
# inside uvloop's source distribution on PyPI; .build-libuv keeps what was built.
# Usage: bash Tests/current-libuv.sh      after `swift build --build-tests`
set -euo pipefail
cd "$(dirname "$0")/.."
. Tests/install.sh

uvloop=0.23.0
checksum=28d160f51ab4da3b187063652e643dea6831072add4adc1e6d62afbe73b6be27
version=1.52.1
folder="$PWD/.build-libuv"
library="$folder/libuv-$version"

fail() {
    echo "Tests/current-libuv.sh: $*" >&2
    exit 1
}

download() {
    rm -rf "$folder/download"
    mkdir -p "$folder/download"
    echo "downloading: uvloop $uvloop"
    /usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps \
        --no-binary uvloop --dest "$folder/download" "uvloop==$uvloop" ||
        fail "can't download uvloop $uvloop from PyPI: see pip's message above, and try again"
    echo "$checksum  $folder/download/uvloop-$uvloop.tar.gz" | sha256sum --quiet --check - ||
        fail "the download of uvloop $uvloop is not the one that is expected"
    tar -xzf "$folder/download/uvloop-$uvloop.tar.gz" -C "$folder/download"
}

build() {
    local log="$folder/build.log"
    local source="$folder/download/uvloop-$uvloop/vendor/libuv"
    echo "compiling: libuv $version"
    # Renamed when complete: an interrupted build is not taken for one.
    rm -rf "$library.part"
    {
        cmake -S "$source" -B "$folder/download/build" -DCMAKE_BUILD_TYPE=Release \
            -DCMAKE_INSTALL_PREFIX="$library" -DCMAKE_INSTALL_LIBDIR=lib -DLIBUV_BUILD_TESTS=OFF &&
            cmake --build "$folder/download/build" --parallel "$(nproc)" &&
            DESTDIR="$library.part" cmake --install "$folder/download/build"
    } >"$log" 2>&1 || fail "can't compile libuv $version: see $log"
    mv "$library.part$library" "$library"
    rm -rf "$library.part" "$folder/download"
}

if [ ! -f "$library/lib/libuv.so.1" ]; then
    if command -v dpkg-query >/dev/null; then install_packages python3-pip cmake make gcc libc6-dev; fi
    download
    build
fi
export PKG_CONFIG_PATH="$library/lib/pkgconfig"
[ "$(pkg-config --modversion libuv)" = "$version" ] ||
    fail "$library holds libuv $(pkg-config --modversion libuv)"

swift build --target EngineRuntime --scratch-path "$folder/swift"
# A test compares the version of the library that was loaded with this one.
LD_LIBRARY_PATH="$library/lib" ENGINE_LIBUV_VERSION="$version" \
    swift test --skip-build --disable-xctest --filter '^(EngineRuntimeTests|EngineCoreTests)\.'
