# shellcheck shell=bash
# The gates that need no running program: format, scripts, module borders, file sizes.

# swift_paths: what swift format looks at.
swift_paths() {
    local path
    for path in Package.swift Sources Tests bench/Package.swift bench/Benchmarks bench/Sources; do
        [[ -e $path ]] && echo "$path"
    done
}

format_sources() {
    local paths
    mapfile -t paths < <(swift_paths)
    swift format --in-place --recursive --parallel "${paths[@]}"
    need_venv
    "$VENV/bin/ruff" format --quiet Tests/EndToEnd
}

lint() {
    need_packages shellcheck
    need_venv
    local failures=0 name
    for name in lint_swift lint_shell lint_python lint_borders lint_sizes; do
        if "$name"; then
            say "$name: fine"
        else
            say "$name: FAILED (see above)"
            failures=$((failures + 1))
        fi
    done
    ((failures == 0)) || die 1 "$failures of the checks failed; ./dev fmt mends what is only format"
}

lint_swift() {
    local paths
    mapfile -t paths < <(swift_paths)
    swift format lint --strict --recursive --parallel "${paths[@]}"
}

# ./dev sources all that is in scripts/.
lint_shell() { shellcheck --external-sources --check-sourced dev .ci/run; }

lint_python() {
    "$VENV/bin/ruff" check --quiet --no-cache Tests/EndToEnd &&
        "$VENV/bin/ruff" format --quiet --no-cache --check Tests/EndToEnd
}

# The C libraries have one room each; tests may look at them, other modules may not.
lint_borders() {
    local found
    local imports='^((public|package|internal|private|fileprivate|@[a-zA-Z()]+) +)*import +'
    found=$(
        grep -rnE "${imports}CRdKafka\b" Sources | grep -v '^Sources/KafkaSource/'
        grep -rnE "${imports}CLibPQ\b" Sources | grep -v '^Sources/PostgresStore/'
        grep -rnE "${imports}CZlib\b" Sources | grep -v '^Sources/MeterReadings/Compression/'
        # The pure modules know the standard library only; decompression also knows zlib.
        grep -rnE "$imports" Sources/MeterReadings Sources/EnergySharing |
            grep -vE '^Sources/MeterReadings/Compression/[^:]*:[0-9]+:import (CZlib|Synchronization)$'
        grep -rnE "$imports" Sources/ReadingImport | grep -v 'import MeterReadings$'
    ) || true
    [[ -z $found ]] || say "imports across a border (ARCHITECTURE.md, \"Modules\"):"$'\n'"$found"
    [[ -z $found ]]
}

lint_sizes() {
    local found
    found=$(find Sources Tests bench dev scripts -type f \( -name '*.swift' -o -name '*.sh' -o -name '*.py' -o -name dev \) \
        -not -path '*/.build/*' -not -name EmbeddedMigrations.swift -exec wc -l {} + 2>/dev/null | awk '$2 != "total" && $1 > 600')
    [[ -z $found ]] || say "files over 600 lines; split them by what they are responsible for:"$'\n'"$found"
    [[ -z $found ]]
}
