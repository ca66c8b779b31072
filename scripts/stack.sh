# shellcheck shell=bash
# A stack: PostgreSQL and a broker that belong together, with their state in one directory RUN: .local/run for `up`, others for
# the demo and the tests. What runs is found by its pid and its command line, so a stack that was killed is cleaned up later.

PARTITIONS=${WATTSOURCE_PARTITIONS:-4}
TOPIC=readings
RUN=$LOCAL/run

stack_use() { RUN=$1; }

# stack_start VERSION durable|fast: a fresh stack with an empty database and topic.
stack_start() {
    mkdir -p "$RUN"
    chmod 755 "$RUN"
    echo "$1" >"$RUN/postgres"
    postgres_start "$1" "$2"
    broker_start
    stack_database wattsource "$TOPIC"
}

# stack_database NAME TOPIC: an empty database and an empty topic, in the stack's servers.
stack_database() {
    postgres_sql "$(cat "$RUN/postgres")" "create database \"$1\""
    broker_topic "$2" "$PARTITIONS"
}

stack_stop() {
    local version
    broker_stop
    for version in 15 18; do
        postgres_stop "$version"
    done
    rm -f "$RUN/postgres" "$RUN/restart-postgres"
}

stack_is_up() { [[ -f $RUN/postgres ]] && postgres_is_up "$(cat "$RUN/postgres")" && broker_is_up; }

# stack_variables DATABASE TOPIC GROUP: what wattsource and psql need, as NAME=value lines.
stack_variables() {
    local version
    version=$(cat "$RUN/postgres")
    # The broker answers a join after half of the session timeout, so a short one is quicker; 6 s is the least that Event Hubs takes.
    printf '%s\n' 'kafka:' '  session.timeout.ms: 6000' >"$LOCAL/wattsource.yaml"
    printf '%s\n' \
        "WATTSOURCE_CONFIG=$LOCAL/wattsource.yaml" \
        "WATTSOURCE_DATABASE_URL=$(postgres_url "$version" "$1")" \
        "WATTSOURCE_KAFKA_BOOTSTRAP_SERVERS=$(broker_address)" \
        "WATTSOURCE_KAFKA_TOPICS=$2" \
        "WATTSOURCE_KAFKA_GROUP_ID=$3" \
        "PGHOST=127.0.0.1" \
        "PGPORT=$(cat "$RUN/pg$version.port")" \
        "PGUSER=wattsource" \
        "PGDATABASE=$1" \
        "LD_LIBRARY_PATH=$RDKAFKA_DIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
        "PATH=$RELEASE_DIR:$PATH"
}

# with_stack COMMAND...: runs a command with the variables of the stack's own database.
with_stack() {
    local variables
    mapfile -t variables < <(stack_variables "${STACK_DATABASE:-wattsource}" "${STACK_TOPIC:-$TOPIC}" "${STACK_GROUP:-wattsource}")
    env "${variables[@]}" "$@"
}

stack_command_up() {
    need_for_stack
    if stack_is_up; then
        say "it is up already"
    else
        stack_stop
        trap 'stack_stop' EXIT
        stack_start "${WATTSOURCE_PG:-15}" durable
        trap - EXIT
    fi
    stack_command_status
    say
    say "next:  eval \"\$(./dev env)\"  sets the variables;  ./dev psql  opens the database;  ./dev down  stops it all"
}

stack_command_down() {
    stack_stop
    say "everything is down"
}

need_stack_up() { stack_is_up || die 69 "nothing is up; start it with  ./dev up"; }

stack_command_env() {
    need_stack_up
    local line
    while IFS= read -r line; do
        printf 'export %s=%q\n' "${line%%=*}" "${line#*=}"
    done < <(stack_variables wattsource "$TOPIC" wattsource)
}

stack_command_status() {
    local version up=0
    if [[ -f $RUN/postgres ]] && version=$(cat "$RUN/postgres") && postgres_is_up "$version"; then
        echo "PostgreSQL  up    $(postgres_url "$version")  ($("$(cat "$RUN/pg$version.bin")/postgres" --version 2>/dev/null || echo "version $version"))"
    else
        echo "PostgreSQL  down"
        up=69
    fi
    if broker_is_up; then
        echo "broker      up    $(broker_address)  topic $TOPIC"
    else
        echo "broker      down"
        up=69
    fi
    if [[ -x $RELEASE_DIR/wattsource ]]; then
        echo "wattsource  built $(date -r "$RELEASE_DIR/wattsource" '+%Y-%m-%d %H:%M')  $RELEASE_DIR/wattsource"
    else
        echo "wattsource  not built (./dev build)"
    fi
    return "$up"
}

stack_command_psql() {
    need_stack_up
    # Newer programs of the server's own version know more; their library must be found beside them.
    local version
    version=$(cat "$RUN/postgres")
    PGHOST=127.0.0.1 PGPORT=$(cat "$RUN/pg$version.port") PGUSER=wattsource PGDATABASE=wattsource \
        exec "$(cat "$RUN/pg$version.bin")/psql" "$@"
}
