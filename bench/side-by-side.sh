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
# shellcheck source=casella.sh
. "$here/casella.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"

rounds=3 messages=10000 only=() quick=() keep= work= timeout=600 accounts=10 password=bench-password
servers="casella dovecot dovecot-lmtp dovecot-hibernate"
while [ $# -gt 0 ]; do
    case $1 in
        --quick) rounds=1 messages=1000 quick=(--seconds 1 --settle 2); shift ;;
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
begin_bench

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
    local size=("${quick[@]}") count=200
    if [ ${#quick[@]} -gt 0 ]; then
        case $workload in
            store-range | copy | move | expunge | idle-notice) count=2 ;;
            idle-memory) size+=(--connections 100) ;;
        esac
        size+=(--count $count)
    fi
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

if [ ${#only[@]} -eq 0 ]; then
    mapfile -t only < <("$bench" list --names)
fi

failed=
first_port=$(free_ports 16)
if wants casella; then
    build_casella
    fill_casella
    start_casella $((first_port + 8))
fi
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
