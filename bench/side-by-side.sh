#!/usr/bin/env bash
# Casella beside Debian's Dovecot and Postfix: the same work on the same machine in one run, in turns, and the ratios.
#
#   bench/side-by-side.sh [--quick] [--only WORKLOAD]... [--rounds N] [--messages N] [--servers "casella dovecot"]
#                         [--work DIR] [--keep] [--timeout SECONDS]
#
# --quick     one round of small workloads: shows that everything runs, measures nothing
# --servers   which to run: casella, dovecot (with postfix in front), dovecot-lmtp (delivery straight to Dovecot),
#             dovecot-hibernate (idle-memory with Dovecot's imap-hibernate)
# --work      where both servers keep their data: the same disk for both (default: a new folder under /tmp)
# --keep      leave that folder behind; the raw results are in results.jsonl. With --work again, its mailboxes are used
#             as they are: filling them with 100,000 messages takes longer than most workloads
# --timeout   seconds that one workload may take, filling included
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
# shellcheck source=running.sh
. "$here/running.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"

rounds=3 messages=10000 only=() quick=() keep= work= timeout=600 accounts=10 password=bench-password
servers="casella dovecot dovecot-lmtp dovecot-hibernate"
while [ $# -gt 0 ]; do
    case $1 in
        --quick) rounds=1 messages=1000 quick=(--count 200 --seconds 1 --settle 2); shift ;;
        --only) only+=("$2"); shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --messages) messages=$2; shift 2 ;;
        --servers) servers=$2; shift 2 ;;
        --work) work=$2; mkdir -p "$work"; work=$(cd "$work" && pwd); shift 2 ;;
        --keep) keep=1; shift ;;
        --timeout) timeout=$2; shift 2 ;;
        -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "unknown option $1; see --help" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "run this as root: it reads other users' memory figures and starts mail servers" >&2; exit 2; }
[ -n "$work" ] || work=$(mktemp -d /tmp/casella-bench.XXXXXX)
chmod 755 "$work"
ulimit -n "$(ulimit -Hn)"
# One compiler for all projects.
export UseSharedCompilation=true
bench="$root/bench/Casella.Bench/bin/Release/net10.0/Casella.Bench"
results=$work/results.jsonl
trap stop_all EXIT
trap 'exit 130' INT TERM

wants() { [[ " $servers " == *" $1 "* ]]; }

# measure LABEL WORKLOAD
measure() {
    local label=$1 workload=$2 target
    case $label in
        casella) target=("${casella_target[@]}") ;;
        dovecot) target=("${dovecot_target[@]}" --smtp "smtp://127.0.0.1:$postfix_port" --server-pid "$postfix_pid") ;;
        dovecot-lmtp) target=("${dovecot_target[@]}" --smtp "lmtp://127.0.0.1:$lmtp_port") ;;
        dovecot-hibernate) target=("${hibernate_target[@]}") ;;
    esac
    # What one server has left to write must not cost the other.
    sync -f "$work"
    local size=("${quick[@]}")
    case $workload in
        store-range | copy | move | expunge | idle-notice) [ ${#quick[@]} -eq 0 ] || size+=(--count 2) ;;
        idle-memory) [ ${#quick[@]} -eq 0 ] || size+=(--connections 100) ;;
    esac
    "$bench" run "$workload" --label "$label" "${target[@]}" --accounts $accounts --password "$password" \
        --messages "$messages" --timeout "$timeout" "${size[@]}" --json "$results" || failed=1
}

# The labels that have something to say about a workload, in turns that change with the round.
turns() {
    local workload=$1 round=$2 label turn=()
    for label in $servers; do
        case $label:$workload in
            dovecot-lmtp:deliver-* | dovecot-hibernate:idle-memory | casella:* | dovecot:*) turn+=("$label") ;;
        esac
    done
    if ((round % 2)); then printf '%s\n' "${turn[@]}"; else printf '%s\n' "${turn[@]}" | tac; fi
}

dotnet build -c Release "$root/bench/Casella.Bench" -v q --nologo >"$work/build.log" 2>&1 \
    || { cat "$work/build.log" >&2; exit 1; }
if [ ${#only[@]} -eq 0 ]; then
    mapfile -t only < <("$bench" list --names)
fi

# Casella with its defaults, on free ports, with the same mailboxes.
start_casella() {
    local first=$1 dir=$work/casella i
    dotnet build -c Release "$root/src/Casella.Server" -v q --nologo >"$work/build.log" 2>&1 \
        || { cat "$work/build.log" >&2; exit 1; }
    mkdir -p "$dir"
    casella=$root/src/Casella.Server/bin/Release/net10.0/casella
    {
        echo "address,password,quota,name"
        for ((i = 1; i <= accounts + 1; i++)); do echo "bench$i@example.test,$password,none,Bench"; done
    } >"$dir/accounts.csv"
    if [ ! -e "$dir/data" ]; then
        "$casella" domain add example.test --data "$dir/data" >"$dir/setup.log"
        "$casella" account import "$dir/accounts.csv" --data "$dir/data" >>"$dir/setup.log"
        # Emptying a mailbox before a workload is a mass deletion: its notice would be a message that no workload has sent.
        for ((i = 1; i <= accounts + 1; i++)); do
            "$casella" account policy "bench$i@example.test" brake=off --data "$dir/data" >>"$dir/setup.log"
        done
    fi
    CASELLA_HostName=mail.example.test CASELLA_Logging__Level=Warning \
        CASELLA_Listeners__Imaps=127.0.0.1:$first CASELLA_Listeners__Pop3s=127.0.0.1:$((first + 1)) \
        CASELLA_Listeners__Smtp=127.0.0.1:$((first + 2)) CASELLA_Listeners__Imap=off CASELLA_Listeners__Pop3=off \
        CASELLA_Listeners__ManageSieve=off CASELLA_Listeners__Http=off CASELLA_Listeners__Https=off CASELLA_Listeners__Submission=off CASELLA_Listeners__Submissions=off \
        "$casella" serve --data "$dir/data" </dev/null >"$dir/out.log" 2>"$dir/casella.log" &
    casella_pid=$!
    processes+=("$casella_pid")
    wait_for_port "$first" "$dir/casella.log"
    wait_for_port $((first + 2)) "$dir/casella.log"
    casella_target=(--imap "imaps://127.0.0.1:$first" --pop3 "pop3s://127.0.0.1:$((first + 1))"
        --smtp "smtp://127.0.0.1:$((first + 2))" --server-pid "$casella_pid")
}

failed=
first_port=$(free_ports 16)
if wants casella; then start_casella $((first_port + 8)); fi
if wants dovecot || wants dovecot-lmtp || wants dovecot-hibernate; then
    install_peers
    make_certificate
fi
if wants dovecot || wants dovecot-lmtp; then
    lmtp_port=$((first_port + 2)) postfix_port=$((first_port + 3))
    start_dovecot dovecot "$first_port" $((first_port + 1)) $lmtp_port 0
    start_postfix $postfix_port "$work/dovecot/run/lmtp"
    dovecot_target=(--imap "imaps://127.0.0.1:$first_port" --pop3 "pop3s://127.0.0.1:$((first_port + 1))"
        --server-pid "$dovecot_pid")
fi
if wants dovecot-hibernate; then
    start_dovecot dovecot-hibernate $((first_port + 4)) $((first_port + 5)) $((first_port + 6)) 2s
    hibernate_target=(--imap "imaps://127.0.0.1:$((first_port + 4))" --server-pid "$dovecot_hibernate_pid")
fi

for ((round = 1; round <= rounds; round++)); do
    echo "== round $round of $rounds"
    for workload in "${only[@]}"; do
        for label in $(turns "$workload" $round); do measure "$label" "$workload"; done
    done
done

for theirs in dovecot dovecot-lmtp dovecot-hibernate; do
    wants $theirs || continue
    echo
    echo "== casella beside $theirs: medians of $rounds rounds"
    "$bench" ratios "$results" --ours casella --theirs $theirs
done
[ -n "$keep" ] && echo "raw results: $results"
[ -z "$failed" ] || { echo "some workloads FAILED, see above" >&2; exit 1; }
