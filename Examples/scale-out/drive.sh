# Starts hosts.sh and gives it commands. Sourced, in the repository's folder.

hosts_work=""
hosts_process=""

# The hosts end with what they read.
end_hosts() {
    [ -z "$hosts_process" ] || exec {hosts_commands}>&-
    wait || true
    [ -z "$hosts_work" ] || rm -rf "$hosts_work"
    hosts_work=""
    hosts_process=""
}
trap end_hosts EXIT

# Usage: start_hosts ENGINECTL [ARGUMENT...]
start_hosts() {
    hosts_work="$(mktemp -d)"
    mkfifo "$hosts_work/commands" "$hosts_work/answers"
    bash Examples/scale-out/hosts.sh "$hosts_work" "$@" \
        <"$hosts_work/commands" >"$hosts_work/answers" &
    hosts_process=$!
    exec {hosts_commands}>"$hosts_work/commands" {hosts_answers}<"$hosts_work/answers"
    hosts_expect ready
}

hosts_do() {
    echo "$1" >&"$hosts_commands"
    hosts_expect "done"
}

hosts_expect() {
    local answer
    read -r -t 30 answer <&"$hosts_answers" && [ "$answer" = "$1" ] && return
    echo "no answer from the hosts" >&2
    exit 1
}
