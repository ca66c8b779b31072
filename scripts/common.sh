# shellcheck shell=bash
# What all of ./dev needs: messages, the lock, steps with a log, waiting. Sourced by ./dev, which sets ROOT.

LOCAL=$ROOT/.local
LOGS=$LOCAL/logs
mkdir -p "$LOGS"

# Progress goes to standard error; standard output is for data.
say() { printf '%s\n' "$*" >&2; }

# die STATUS MESSAGE: says why and ends. The status is one of sysexits: 64 usage, 69 something is unavailable, 70 our own fault.
die() {
    local status=$1
    shift
    say "./dev: $*"
    exit "$status"
}

HOLDS_LOCK=false

# exclusively NAME: waits until no other ./dev works in this checkout, then keeps others out until this one ends. Servers are
# started without the descriptor (see `detached`), so that they do not hold the lock.
exclusively() {
    HOLDS_LOCK=true
    exec 9>>"$LOCAL/lock"
    if ! flock --nonblock 9; then
        say "another ./dev is at work in this checkout ($(cat "$LOCAL/lock.owner" 2>/dev/null || echo unknown)); waiting for it"
        flock 9
    fi
    echo "$1, pid $$" >"$LOCAL/lock.owner"
}

# detached LOG COMMAND...: runs a server in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it,
# and puts its pid into DETACHED_PID.
detached() {
    local log=$1
    shift
    setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
    DETACHED_PID=$!
}

# step NAME COMMAND...: runs a command with its output in a log. On a terminal the log's last line shows that it goes on. A
# failure names the step, shows the tail of its log and ends ./dev.
step() {
    local name=$1
    shift
    local log ticker='' status=0 began=$SECONDS
    log=$LOGS/$(tr -cs 'a-zA-Z0-9\n' '-' <<<"$name").log
    if [[ -t 2 ]]; then
        while sleep 1; do
            printf '\r\033[K%s … %s' "$name" "$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | cut -c "1-$((${COLUMNS:-80} - ${#name} - 4))")" >&2
        done 9>&- &
        ticker=$!
    fi
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [[ -n $ticker ]]; then
        kill "$ticker" 2>/dev/null || true
        wait "$ticker" 2>/dev/null || true
        printf '\r\033[K' >&2
    fi
    if ((status != 0)); then
        failed_step "$name" "$status" "$log"
    fi
    say "$name: $((SECONDS - began)) s"
}

# failed_step NAME STATUS LOG: what `step` says of a failure.
failed_step() {
    say
    say "./dev: the step '$1' failed (exit status $2). The end of its log, $3:"
    tail -n 40 -- "$3" | sed 's/^/    /' >&2
    exit 1
}

# wait_until SECONDS COMMAND...: tries a command again and again until it works; fails when the time is up.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# free_port: a TCP port of the loopback interface that nobody listens on at the moment.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# is_ours PID WORD: whether the process lives and its command line contains the word; a pid alone may have been given to another.
is_ours() {
    [[ -n ${1:-} && -r /proc/$1/cmdline ]] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# stop_process PID WORD SECONDS [SIGNAL]: asks a process of ours to end, waits, and kills it if it does not.
stop_process() {
    is_ours "$1" "$2" || return 0
    kill -s "${4:-TERM}" "$1" 2>/dev/null || return 0
    local deadline=$((SECONDS + $3))
    while is_ours "$1" "$2"; do
        if ((SECONDS >= deadline)); then
            kill -KILL "$1" 2>/dev/null || true
            return 0
        fi
        sleep 0.05
    done
}
