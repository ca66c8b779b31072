# shellcheck shell=bash
# What must be installed: Debian packages, the virtual environment, the newer librdkafka; and the builds.

VENV=$LOCAL/venv
# The newer librdkafka as programs ask for it: put on LD_LIBRARY_PATH, it takes the place of Debian's.
RDKAFKA_DIR=$LOCAL/lib
RELEASE_DIR=$ROOT/.build/release

# need_packages PACKAGE...: installs the Debian packages that are missing, or says which they are.
need_packages() {
    local missing=() package
    command -v dpkg-query >/dev/null || die 69 "this needs Debian or a relative of it (dpkg); by hand: the packages $* and their like"
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        die 69 "Debian packages are missing. Install them, then run this again:  sudo apt-get install -y ${missing[*]}"
    fi
    step "Install ${missing[*]}" install_packages "${missing[@]}"
}

# Debian would make and start a PostgreSQL cluster of its own; ours are private, so for this while it is told not to.
install_packages() {
    local quiet=/etc/postgresql-common/createcluster.d/wattsource-dev.conf status=0
    if [[ " $* " == *" postgresql "* && ! -d /etc/postgresql-common ]]; then
        mkdir -p "${quiet%/*}"
        echo 'create_main_cluster = false' >"$quiet"
    fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }; } ||
        status=$?
    rm -f "$quiet"
    return "$status"
}

BUILD_PACKAGES=(librdkafka-dev libpq-dev zlib1g-dev pkg-config)
STACK_PACKAGES=(postgresql python3 python3-venv)

need_swift() { command -v swift >/dev/null || die 69 "swift is not on PATH; Wattsource needs Swift 6.3 (https://www.swift.org/install)"; }

# What a build needs.
need_for_build() {
    need_swift
    need_packages "${BUILD_PACKAGES[@]}"
}

# What a local stack needs.
need_for_stack() {
    need_packages "${STACK_PACKAGES[@]}"
    need_venv
}

# Both; packages that are missing are named all at once.
need_for_all() {
    need_swift
    need_packages "${BUILD_PACKAGES[@]}" "${STACK_PACKAGES[@]}"
    need_venv
}

# need_venv: makes .local/venv with what scripts/requirements.txt names, unless it is there already.
need_venv() {
    local sum
    command -v python3 >/dev/null || need_packages python3 python3-venv
    # The place counts too: a virtual environment does not survive a move.
    sum=$({ cat scripts/requirements.txt; pwd; } | sha256sum | cut -d ' ' -f 1)
    if [[ $(cat "$VENV/made-from" 2>/dev/null) != "$sum" || ! -x $VENV/bin/python ]]; then
        [[ $HOLDS_LOCK == true ]] || exclusively "make .local/venv"
        step "Make .local/venv" make_venv "$sum"
    fi
    link_rdkafka
}

make_venv() {
    local python=python3
    # A Python that somebody put before Debian's on PATH may lack ensurepip.
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        need_packages python3 python3-venv
        python=/usr/bin/python3
    fi
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --only-binary :all: -r scripts/requirements.txt
    echo "$1" >"$VENV/made-from"
}

# site_packages: the directory that pip installed into.
site_packages() { "$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))'; }

# The library's own name carries a hash; its neighbours, if a version brings any, are found beside it.
link_rdkafka() {
    local libraries library
    [[ $RDKAFKA_DIR/librdkafka.so.1 -nt $VENV/made-from ]] && return 0
    libraries=$(site_packages)/confluent_kafka.libs
    rm -rf "$RDKAFKA_DIR"
    mkdir -p "$RDKAFKA_DIR"
    for library in "$libraries"/*; do
        ln -s "$library" "$RDKAFKA_DIR/${library##*/}"
        if [[ ${library##*/} == librdkafka-*.so.1 ]]; then
            cp -- "$library" "$RDKAFKA_DIR/librdkafka.so.1"
        fi
    done
    [[ -e $RDKAFKA_DIR/librdkafka.so.1 ]] || die 70 "the confluent-kafka wheel has no librdkafka in $libraries"
    ldd "$RDKAFKA_DIR/librdkafka.so.1" | grep 'not found' >&2 && die 70 "a library that librdkafka needs is missing"
    return 0
}

build_release() { step "Build wattsource (release)" swift build -c release --product wattsource; }

build_command() {
    need_for_build
    case ${1:-} in
    '') build_release ;;
    --debug) step "Build wattsource (debug)" swift build ;;
    *) die 64 "build knows --debug only, not '$1'" ;;
    esac
}

bench_command() {
    [[ ${ROOT##*/} != bench ]] || die 69 "SwiftPM tells packages apart by their directories: clone to one that is not called bench"
    if [[ ${1:-} == poison || ${1:-} == settlement ]]; then
        bench_with_servers "$@"
        return
    fi
    need_for_build
    # What it records it writes where it stands: into bench/.
    (cd bench && swift package benchmark "$@")
}

# Real servers and the released program; see bench/README.md.
bench_with_servers() {
    local script=bench/$1.py
    shift
    need_for_all
    stack_use "$LOCAL/run-bench"
    stack_stop
    trap 'stack_stop' EXIT
    build_release
    step "Start PostgreSQL 15 and the broker" stack_start 15 fast
    WATTSOURCE_TEST_PROGRAM="$RELEASE_DIR/wattsource" WATTSOURCE_TEST_DATABASE_URL="$(postgres_url 15)" \
        WATTSOURCE_TEST_KAFKA_BOOTSTRAP="$(broker_address)" WATTSOURCE_TEST_LIBRARY_PATH="$RDKAFKA_DIR" \
        "$VENV/bin/python" -B "$script" "$@"
}

clean_command() {
    local run
    for run in "$LOCAL"/run "$LOCAL"/run-*; do
        [[ -d $run ]] || continue
        stack_use "$run"
        stack_stop
    done
    rm -rf .build bench/.build
    find "$LOCAL" -mindepth 1 -maxdepth 1 ! -name 'lock*' -exec rm -rf {} +
}
