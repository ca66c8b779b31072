# shellcheck shell=bash
# The demo: 17 real homes' year through a real broker and a real PostgreSQL.

DEMO_DATA=data/sierra-crest/hourly.csv
DEMO_REGISTRY=deploy/examples/sierra-crest.yaml
DEMO_TARIFF=deploy/examples/sierra-crest-tariff.yaml

demo() {
    local keep=false
    case ${1:-} in
    '') ;;
    --keep) keep=true ;;
    *) die 64 "demo knows --keep only, not '$1'" ;;
    esac
    local began=$SECONDS
    need_for_all
    build_release
    demo_stack "$keep"

    demo_step "Bring the database to this version's schema" migrate
    demo_step "Load the community, its members and meters" registry apply "$DEMO_REGISTRY"
    demo_step "Send the year: 17 meters, a reading an hour" simulate "$DEMO_DATA"
    demo_step "Read, store and settle it" run --drain
    demo_step "Prove the books" verify
    demo_step "Where the energy came from, and what that saved" report --community sierra-crest --tariff "$DEMO_TARIFF"
    say
    say "The demo took $((SECONDS - began)) s."
    demo_hints "$keep"
}

# demo_stack KEEP: an empty database and topic: in what is up, or in a stack made for the demo.
demo_stack() {
    if stack_is_up; then
        STACK_DATABASE=demo_$(date +%Y%m%d_%H%M%S)
        STACK_TOPIC=$STACK_DATABASE
        STACK_GROUP=$STACK_DATABASE
        step "Make the database and topic $STACK_DATABASE in what is up" stack_database "$STACK_DATABASE" "$STACK_TOPIC"
        [[ $1 == true ]] || trap 'postgres_sql "$(cat "$RUN/postgres")" "drop database if exists \"$STACK_DATABASE\" with (force)"' EXIT
        return
    fi
    [[ $1 == true ]] || stack_use "$LOCAL/run-demo"
    stack_stop
    trap 'stack_stop' EXIT
    step "Start PostgreSQL ${WATTSOURCE_PG:-15} and the broker" stack_start "${WATTSOURCE_PG:-15}" durable
}

# demo_step NAME ARGUMENTS...: runs wattsource and shows what it says; the log keeps its messages.
demo_step() {
    local name=$1 status=0 log began=$SECONDS
    shift
    log=$LOGS/demo-${1}.log
    say
    say "── $name:  wattsource $*"
    if [[ -t 2 ]]; then
        # On a terminal its progress line should know that it is on one.
        with_stack wattsource "$@" </dev/null || status=$?
        : >"$log"
    else
        with_stack wattsource "$@" </dev/null 2> >(tee "$log" >&2) || status=$?
    fi
    if ((status != 0)); then
        grep -E 'ERROR|FATAL|PANIC' "$RUN/pg$(cat "$RUN/postgres").server.log" 2>/dev/null | tail -n 10 >>"$log" || true
        failed_step "$name (wattsource $*)" "$status" "$log"
    fi
    say "   $((SECONDS - began)) s"
}

demo_hints() {
    local database='' url=''
    if [[ -n ${STACK_DATABASE:-} ]]; then
        # Not the database that `./dev env` and `./dev psql` mean.
        database=" -d $STACK_DATABASE"
        url=" --database-url $(postgres_url "$(cat "$RUN/postgres")" "$STACK_DATABASE")"
    fi
    if [[ $1 == false ]]; then
        say "Everything is stopped again;  ./dev demo --keep  leaves PostgreSQL and the broker up, to look further."
        return
    fi
    [[ -n $database ]] || trap - EXIT
    cat >&2 <<TEXT
PostgreSQL and the broker stay up (./dev down stops them). To look further:

  ./dev psql$database -c "select day, import_wh, community_wh, grid_wh from energy.community_day order by day limit 7"
  ./dev psql$database          (views: energy.current_attribution, member_interval, member_day, community_month, completeness_day)
  eval "\$(./dev env)"
  wattsource report --community sierra-crest --by month$url

TEXT
}
