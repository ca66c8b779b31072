# shellcheck shell=bash
# All tests, against both ends of what Wattsource works with: PostgreSQL 15 and 18, librdkafka 2.0.2 (Debian's, against its
# mock cluster) and 2.16 (against a real broker).

SUITES=(fuzz unit simulation newest-postgres broker end-to-end)
SUMMARY=()
FAILED=0

run_tests() {
    local only=${1:-all}
    [[ $# -gt 0 ]] && shift
    [[ " all faults ${SUITES[*]} " == *" $only "* ]] || die 64 "there is no suite '$only'; there are: ${SUITES[*]} faults"
    forget_stack_variables
    if [[ $only == fuzz ]]; then
        fuzz_command "$@"
        return
    fi
    if [[ $only == faults ]]; then
        run_faults -m ci "$@"
        return
    fi
    need_for_all

    stack_use "$LOCAL/run-test"
    stack_stop
    trap 'stack_stop' EXIT
    if [[ $only != end-to-end ]]; then
        step "Build the tests" swift build --build-tests
    fi
    if [[ $only == all || $only == end-to-end ]]; then
        build_release
    fi
    step "Start PostgreSQL 15, PostgreSQL 18 and the broker" start_test_servers

    local name
    for name in "${SUITES[@]}"; do
        [[ $only == all || $only == "$name" ]] || continue
        "suite_${name//-/_}" "$@"
    done
    say
    say "Summary"
    printf '  %s\n' "${SUMMARY[@]}" >&2
    ((FAILED == 0)) || die 1 "$FAILED of ${#SUMMARY[@]} suites failed"
}

# After `eval "$(./dev env)"` the variables of another stack are about, and the newer librdkafka would hide Debian's.
forget_stack_variables() {
    local name libraries
    for name in "${!WATTSOURCE_@}" PGHOST PGPORT PGUSER PGDATABASE; do
        unset "$name"
    done
    libraries=":${LD_LIBRARY_PATH:-}:"
    libraries=${libraries//":$RDKAFKA_DIR:"/:}
    libraries=${libraries#:}
    export LD_LIBRARY_PATH=${libraries%:}
    [[ -n $LD_LIBRARY_PATH ]] || unset LD_LIBRARY_PATH
}

start_test_servers() {
    stack_start 15 fast
    postgres_start 18 fast
    postgres_sql 18 'create database wattsource'
}

# suite NAME COMMAND...: runs one, shows all that it says, and goes on whatever comes of it.
suite() {
    local name=$1 status=0 began=$SECONDS
    shift
    say
    say "── $name"
    "$@" </dev/null || status=$?
    if ((status == 0)); then
        SUMMARY+=("passed  $((SECONDS - began)) s  $name")
    else
        SUMMARY+=("FAILED  $((SECONDS - began)) s  $name (exit status $status)")
        FAILED=$((FAILED + 1))
    fi
}

# Every decoder of bytes from outside, millions of times.
suite_fuzz() {
    fuzz_build
    suite "fuzzing: ${FUZZ_TARGETS[*]}" fuzz_command "$@"
}

# Everything, with Debian's librdkafka and PostgreSQL 15.
suite_unit() {
    suite "all Swift tests: PostgreSQL 15, Debian's librdkafka with its mock cluster" \
        env WATTSOURCE_TEST_DATABASE_URL="$(postgres_url 15)" swift test --skip-build "$@"
}

# The ingest loop against models that fail, by many more schedules than among the unit tests.
suite_simulation() {
    suite "the simulation: 120,000 schedules" \
        env WATTSOURCE_SIMULATION_SCHEDULES=100000 swift test --skip-build --filter IngestSimulationTests "$@"
}

# What talks to PostgreSQL, again with the newest.
suite_newest_postgres() {
    suite "the store's tests: PostgreSQL 18" \
        env WATTSOURCE_TEST_DATABASE_URL="$(postgres_url 18)" swift test --skip-build --filter PostgresStoreTests "$@"
}

# What talks to Kafka, again with a new librdkafka and a real broker.
suite_broker() {
    suite "the source's tests: librdkafka 2.16 and a broker" \
        env WATTSOURCE_TEST_KAFKA_BOOTSTRAP="$(broker_address)" LD_LIBRARY_PATH="$RDKAFKA_DIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
        swift test --skip-build --filter KafkaSourceTests "$@"
}

# The released program as a user runs it.
suite_end_to_end() {
    write_restart_script
    suite "end to end: the released program, PostgreSQL 15 and 18, librdkafka 2.16 and a broker" \
        env WATTSOURCE_TEST_DATABASE_URL="$(postgres_url 15)" \
        WATTSOURCE_TEST_NEWEST_DATABASE_URL="$(postgres_url 18)" \
        WATTSOURCE_TEST_KAFKA_BOOTSTRAP="$(broker_address)" \
        WATTSOURCE_TEST_RESTART_POSTGRES="$RUN/restart-postgres" \
        WATTSOURCE_TEST_PROGRAM="$RELEASE_DIR/wattsource" \
        WATTSOURCE_TEST_LIBRARY_PATH="$RDKAFKA_DIR" \
        "$VENV/bin/python" -B -m pytest -p no:cacheprovider Tests/EndToEnd --ignore Tests/EndToEnd/faults "$@"
}

# The most telling rows of the fault matrix, with one seed each.
# The tests have a PostgreSQL and a broker of their own, which they kill.
pytest_faults() {
    env WATTSOURCE_TEST_POSTGRES_BIN="$(postgres_bin 15)" \
        WATTSOURCE_TEST_PROGRAM="$RELEASE_DIR/wattsource" \
        WATTSOURCE_TEST_LIBRARY_PATH="$RDKAFKA_DIR" \
        "$VENV/bin/python" -B -m pytest -p no:cacheprovider Tests/EndToEnd/faults "$@"
}

# run_faults ARGS...: the fault tests alone.
run_faults() {
    forget_stack_variables
    need_for_all
    build_release
    pytest_faults "$@" </dev/null
}

# faults_command [ROW...] [--seeds N] [ARGS...]: every row of the matrix, or some; three seeds each.
faults_command() {
    local names=() options=() seeds=3
    while (($#)); do
        case $1 in
        --seeds) seeds=${2:?--seeds needs a number}; shift ;;
        [WPKD][0-9]*) names+=("_$1_") ;;
        *) options+=("$1") ;;
        esac
        shift
    done
    if ((${#names[@]})); then
        local rows
        rows=$(printf ' or %s' "${names[@]}")
        options+=(-k "${rows# or }")
    fi
    run_faults --seeds "$seeds" "${options[@]}"
}

# A program by which a test restarts PostgreSQL 15; its argument is the way of stopping (fast, immediate).
write_restart_script() {
    cat >"$RUN/restart-postgres" <<TEXT
#!/usr/bin/env bash
set -euo pipefail
RUN='$RUN'
$(declare -f as_postgres postgres_restart)
postgres_restart 15 "\${1:-fast}"
TEXT
    chmod 755 "$RUN/restart-postgres"
}
