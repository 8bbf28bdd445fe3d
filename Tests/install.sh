# Installs what the build needs, and says so. Sourced by the commands that a person runs.

install_packages() {
    local missing=()
    local package
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null |
            grep -q 'ok installed' || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return
    echo "installing: ${missing[*]}"
    local root=""
    [ "$(id -u)" -eq 0 ] || root=sudo
    $root apt-get -qq update
    DEBIAN_FRONTEND=noninteractive $root apt-get -qq install -y --no-install-recommends \
        "${missing[@]}" >/dev/null
}

if ! command -v swift >/dev/null; then
    echo "swift is missing: install Swift 6.2 or later from https://www.swift.org/install" >&2
    exit 1
fi
if command -v dpkg-query >/dev/null; then
    install_packages libuv1-dev zlib1g-dev pkg-config
elif ! pkg-config --exists 'libuv >= 1.44' zlib; then
    echo "libuv 1.44 or later, zlib and pkg-config are needed: install them with your package manager" >&2
    exit 1
fi
