# shellcheck shell=bash
# Fuzzing: every decoder of untrusted bytes under libFuzzer, next to a plain twin. One program holds all targets; it is made by
# swiftc alone, because SwiftPM cannot link libFuzzer.

FUZZ_TARGETS=(json text decimal time headers envelope packed record)
FUZZ_DIR=$LOCAL/fuzz
# Beside Tests/Fuzzing: twins that the unit tests use, too.
FUZZ_TWINS=(Tests/MeterReadingsTests/Support/PlainPacking.swift Tests/MeterReadingsTests/Support/DSMRTelegram.swift)

# fuzz_command [TARGET] [--runs N] [--input FILE]
fuzz_command() {
    local targets=() runs=2000000 input=''
    while (($#)); do
        case $1 in
        --runs | --input)
            [[ $# -ge 2 ]] || die 64 "$1 needs a value"
            if [[ $1 == --runs ]]; then runs=$2; else input=$2; fi
            shift
            ;;
        -*) die 64 "fuzz knows --runs and --input, not '$1'" ;;
        *)
            [[ " ${FUZZ_TARGETS[*]} " == *" $1 "* ]] || die 64 "there is no target '$1'; there are: ${FUZZ_TARGETS[*]}"
            targets+=("$1")
            ;;
        esac
        shift
    done
    [[ $runs =~ ^[1-9][0-9]*$ ]] || die 64 "--runs needs a number"
    ((${#targets[@]})) || targets=("${FUZZ_TARGETS[@]}")
    fuzz_build
    if [[ -n $input ]]; then
        ((${#targets[@]} == 1)) || die 64 "--input needs the name of its target"
        [[ -r $input ]] || die 66 "$input cannot be read"
        fuzz_program "${targets[0]}" "$input"
        return
    fi
    fuzz_all "$runs" "${targets[@]}"
}

# Made anew if any source is newer.
fuzz_build() {
    need_swift
    need_packages zlib1g-dev
    fuzz_need_runtime
    mkdir -p "$FUZZ_DIR"
    if [[ -x $FUZZ_DIR/fuzz && -z $(find Sources/MeterReadings Sources/CZlib Tests/Fuzzing "${FUZZ_TWINS[@]}" -newer "$FUZZ_DIR/fuzz" \
        -not -path '*/Corpus*' -print -quit) ]]; then
        return 0
    fi
    step "Build the fuzz targets" fuzz_compile
}

# The runtime comes with Swift's own toolchains; distributions' packages may lack it.
fuzz_need_runtime() {
    local resources
    resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')
    compgen -G "$resources/clang/lib/linux/libclang_rt.fuzzer-*.a" >/dev/null ||
        die 69 "this Swift has no libFuzzer ($resources/clang/lib/linux/libclang_rt.fuzzer-*.a); the toolchains of https://www.swift.org/install have it"
}

fuzz_compile() {
    local sources
    mapfile -t sources < <(find Sources/MeterReadings Tests/Fuzzing -name '*.swift' | sort)
    swiftc -O -parse-as-library -sanitize=fuzzer -use-ld=lld -module-name Fuzzing -I Sources/CZlib -swift-version 6 \
        -strict-memory-safety -warnings-as-errors -enable-upcoming-feature ExistentialAny \
        -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
        "${sources[@]}" "${FUZZ_TWINS[@]}" -o "$FUZZ_DIR/fuzz.new"
    mv "$FUZZ_DIR/fuzz.new" "$FUZZ_DIR/fuzz"
}

# fuzz_program TARGET ARGS...: libFuzzer on one target. Swift's own backtraces would hang it.
fuzz_program() {
    local target=$1
    shift
    SWIFT_BACKTRACE=enable=no WATTSOURCE_FUZZ_TARGET=$target "$FUZZ_DIR/fuzz" -timeout=20 -rss_limit_mb=512 "$@"
}

# fuzz_target TARGET RUNS: many short inputs, then a hundredth as many that may be long.
fuzz_target() {
    local target=$1 runs=$2 seeds=Tests/Fuzzing/Corpus/$1 found=$FUZZ_DIR/corpus/$1 words=Tests/Fuzzing/Dictionaries/$1.dict
    local options=(-artifact_prefix="$FUZZ_DIR/crashes/$target-" -print_final_stats=1)
    [[ -r $words ]] && options+=(-dict="$words")
    mkdir -p "$found" "$FUZZ_DIR/crashes"
    fuzz_program "$target" -runs="$runs" -max_len=512 "${options[@]}" "$found" "$seeds" &&
        fuzz_program "$target" -runs="$((runs / 100))" -max_len=65536 -len_control=0 "${options[@]}" "$found" "$seeds"
}

# fuzz_all RUNS TARGET...: as many at a time as there are processors.
fuzz_all() {
    local runs=$1 target status failed=() waiting=0
    local -A pids=()
    shift
    for target in "$@"; do
        if ((waiting >= $(nproc))); then
            wait -n || true
            waiting=$((waiting - 1))
        fi
        fuzz_target "$target" "$runs" >"$LOGS/fuzz-$target.log" 2>&1 &
        pids[$target]=$!
        waiting=$((waiting + 1))
    done
    for target in "$@"; do
        status=0
        wait "${pids[$target]}" || status=$?
        fuzz_report "$target" "$status"
        ((status == 0)) || failed+=("$target")
    done
    ((${#failed[@]} == 0)) || die 1 "not every input is decoded: ${failed[*]}"
}

# fuzz_report TARGET STATUS: a line of what was done, or the end of its log and what to do.
fuzz_report() {
    local log=$LOGS/fuzz-$1.log input
    if (($2 == 0)); then
        say "$1: $(awk '/^Done / { runs += $2; seconds += $5 } END { print runs " inputs, " seconds " s" }' "$log")"
        return
    fi
    say "$1: FAILED (exit status $2). From $log:"
    # What does not hold, or libFuzzer's own word (a trap, a hang, too much memory), and the input; not the stack.
    { grep -aE '^does not hold|Fatal error|^==|^SUMMARY' "$log"; tail -n 8 -- "$log"; } | cut -c 1-500 | sed 's/^/    /' >&2
    input=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n 1)
    [[ -z $input ]] || say "    try it again:        ./dev fuzz $1 --input $input
    once it is mended:   mv $input Tests/Fuzzing/Corpus/$1/   (what is there is tried first, for ever)"
}
