# Installs and builds what the benchmarks compare with, and says so. Sourced in the repository's
# folder by the commands that a person runs.

. Tests/install.sh >&2
bin=Benchmarks/bin

# install_venv PACKAGE…: PyPI's packages in an environment of their own
install_venv() {
    install_packages python3-venv >&2
    [ -x "$bin/venv/bin/python" ] || /usr/bin/python3 -m venv "$bin/venv"
    local missing=() package
    for package in "$@"; do
        "$bin/venv/bin/python" -c "import importlib.metadata as m; m.version('$package')" \
            2>/dev/null || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return
    echo "installing in $bin/venv: ${missing[*]}" >&2
    "$bin/venv/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}" >&2
}

# build_swift PRODUCT…
build_swift() {
    local product
    for product in "$@"; do
        swift build -c release --package-path Benchmarks --scratch-path .build-benchmarks \
            --product "$product" >&2
    done
}

# build_go NAME PACKAGE
build_go() {
    install_packages golang-go >&2
    (cd Benchmarks/Peers/go && go build -o "../../bin/$1" "./$2")
}

build_server() {
    mkdir -p "$bin"
    gcc -O2 -Wall -Wextra -Werror -o "$bin/fixed_server" Benchmarks/Peers/server/*.c
}

# What counting loads into the clients.
build_counters() {
    local name
    mkdir -p "$bin"
    for name in count_allocations sigsuspend_copy; do
        gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$bin/lib$name.so" \
            "Benchmarks/Peers/counting/$name.c"
    done
}

# build_c NAME LIBRARY…
build_c() {
    local name=$1
    shift
    gcc -O2 -Wall -Wextra -Werror -I Benchmarks/Sources/CMeasurement/include \
        -o "$bin/$name" "Benchmarks/Peers/c/${name}_client.c" Benchmarks/Peers/c/client.c \
        Benchmarks/Sources/CMeasurement/measurement.c -ljansson "$@"
}
