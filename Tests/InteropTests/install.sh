# Installs the servers and shells that the tests start, and says so. Sourced by Tests/run.sh after
# Tests/install.sh, in the repository's folder.

install_interop_servers() {
    local folder=.build-interop
    local source=Tests/InteropTests/Servers/httplib_server.cpp
    local server="$folder/httplib-server"
    local environment="$folder/venv"
    if ! command -v dpkg-query >/dev/null; then
        echo "the interop tests' servers are installed on Debian and Ubuntu only" >&2
        return
    fi
    # None of the services that these packages come with is used: it does not matter if they start.
    install_packages zsh fish jq nginx-light haproxy iproute2 libcpp-httplib-dev g++ python3-venv
    # Not everywhere to be had, and the tests say so where it is missing.
    (install_packages podman) || echo "podman can't be installed here"
    mkdir -p "$folder"
    if [ ! -x "$server" ] || [ "$source" -nt "$server" ]; then
        echo "compiling: $server"
        # The library's pkg-config file says how it was built: a program must agree.
        # shellcheck disable=SC2046
        g++ -std=c++17 -O1 "$source" -o "$server" $(pkg-config --cflags --libs cpp-httplib)
    fi
    if [ ! -x "$environment/bin/uvicorn" ] || [ ! -x "$environment/bin/gunicorn" ]; then
        echo "installing in $environment: gunicorn uvicorn httptools"
        /usr/bin/python3 -m venv "$environment"
        "$environment/bin/pip" install --quiet --disable-pip-version-check \
            gunicorn uvicorn httptools
    fi
}

install_interop_servers
