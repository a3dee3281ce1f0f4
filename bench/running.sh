# What the scripts beside it share: processes that end with the script, and free ports.

processes=()

stop_all() {
    set +e
    [ ${#processes[@]} -eq 0 ] || kill "${processes[@]}" 2>/dev/null
    local pid tries
    for pid in "${processes[@]}"; do
        for ((tries = 0; tries < 100; tries++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null
    done
    if [ -n "$keep" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}

# begin_bench: the work folder, an end of all that is started, and the load generator. Sets work, bench and results.
begin_bench() {
    [ -n "$work" ] || work=$(mktemp -d /tmp/casella-bench.XXXXXX)
    chmod 755 "$work"
    ulimit -n "$(ulimit -Hn)"
    # One compiler for all projects.
    export UseSharedCompilation=true
    bench="$root/bench/Casella.Bench/bin/Release/net10.0/Casella.Bench"
    results=$work/results.jsonl
    trap stop_all EXIT
    trap 'exit 130' INT TERM
    dotnet build -c Release "$root/bench/Casella.Bench" -v q --nologo >"$work/build.log" 2>&1 \
        || { cat "$work/build.log" >&2; exit 1; }
}

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# wait_for_port PORT LOG [SECONDS]
wait_for_port() {
    local tries
    for ((tries = 0; tries < ${3:-15} * 10; tries++)); do
        port_is_open "$1" && return
        sleep 0.1
    done
    echo "nothing listens on port $1:" >&2
    tail -20 "$2" >&2
    exit 1
}

# free_ports N: N consecutive free ports; prints the first.
free_ports() {
    local first i taken
    while :; do
        first=$((20000 + RANDOM % 12000)) taken=
        for ((i = 0; i < $1; i++)); do port_is_open $((first + i)) && taken=1; done
        [ -n "$taken" ] || { echo "$first"; return; }
    done
}
