#!/usr/bin/env bash
# Casella beside Debian's Postfix as a mail exchanger with every check on, and as a queue that has filled and empties:
# the same DNS, the same rspamd, the same sink, in turns.
#
#   bench/transport.sh [--quick] [--only WORKLOAD]... [--rounds N] [--count N] [--work DIR] [--keep]
#
# --quick     one round of few messages: shows that everything runs, measures nothing
# --count     messages, instead of the workload's own number
# --work      where both keep their data: the same disk for both (default: a new folder under /tmp)
# --keep      leave that folder behind, with the logs of all
#
# Postfix has opendkim and rspamd as milters, signs with a second opendkim, and delivers to Dovecot by LMTP. Casella
# checks and signs by itself and asks the same rspamd. 127.0.0.1 is the DNS of both, on port 53, which must be free.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
# shellcheck source=running.sh
. "$here/running.sh"
# shellcheck source=casella.sh
. "$here/casella.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"
# shellcheck source=filters.sh
. "$here/filters.sh"

rounds=3 only=() size=() keep= work= timeout=900 accounts=10 password=bench-password dns=127.0.0.1
while [ $# -gt 0 ]; do
    case $1 in
        --quick) rounds=1 size=(--count 200); shift ;;
        --only) only+=("$2"); shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --count) size=(--count "$2"); shift 2 ;;
        --work) work=$2; mkdir -p "$work"; work=$(cd "$work" && pwd); shift 2 ;;
        --keep) keep=1; shift ;;
        -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "unknown option $1; see --help" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "run this as root: it starts mail servers and a DNS on port 53 of $dns" >&2; exit 2; }
begin_bench
[ ${#only[@]} -gt 0 ] || mapfile -t only < <("$bench" list --names --transport)

install_peers
install_filters
make_certificate
first=$(free_ports 24)
sink=$((first + 20))
start_dns
start_rspamd $((first + 10)) $((first + 11)) $((first + 12))
start_opendkim verify $((first + 13)) v
start_opendkim sign $((first + 14)) s

start_dovecot dovecot "$first" $((first + 1)) $((first + 2)) 0
start_postfix $((first + 3)) "$work/dovecot/run/lmtp"
add_filters_to_postfix $((first + 13)) $((first + 12)) $((first + 4)) $((first + 14)) $sink
postfix_target=(--imap "imaps://127.0.0.1:$first" --smtp "smtp://127.0.0.1:$((first + 3))"
    --submission "smtp://127.0.0.1:$((first + 4))" --server-pid "$postfix_pid" --server-pid "$dovecot_pid"
    --server-pid "$opendkim_verify_pid" --flush "/usr/sbin/postqueue -c $work/postfix/etc -f")

build_casella
fill_casella sent-copy=off
start_casella $((first + 5)) CASELLA_Listeners__Submissions=127.0.0.1:$((first + 8)) \
    CASELLA_Dns__Server=$dns CASELLA_Inbound__TrustedNetworks= CASELLA_Spam__Engine=Rspamd \
    CASELLA_Spam__Rspamd__Worker=http://127.0.0.1:$((first + 10)) CASELLA_Spam__Rspamd__Controller=http://127.0.0.1:$((first + 11)) \
    CASELLA_Spam__FileOver=1000 CASELLA_Spam__RefuseOver=1000 \
    CASELLA_Outbound__SmartHost=127.0.0.1 CASELLA_Outbound__Port=$sink \
    CASELLA_Limits__Smtp__MessagesPerConnection=1000000 CASELLA_Limits__Submission__RecipientsPerDay=10000000 \
    CASELLA_Limits__Submission__NewRecipientsPerDay=10000000
casella_target+=(--submission "smtps://127.0.0.1:$((first + 8))" --flush "$casella queue retry --all --data $work/casella/data >/dev/null")

failed=
for ((round = 1; round <= rounds; round++)); do
    echo "== round $round of $rounds"
    for workload in "${only[@]}"; do
        turns=(casella postfix)
        ((round % 2)) || turns=(postfix casella)
        for label in "${turns[@]}"; do
            target=("${casella_target[@]}")
            [ "$label" = casella ] || target=("${postfix_target[@]}")
            sync -f "$work"
            "$bench" run "$workload" --label "$label" "${target[@]}" --sink $sink --dkim-key "$work/bench.pem" \
                --accounts $accounts --password "$password" --timeout "$timeout" "${size[@]}" --json "$results" || failed=1
        done
    done
done

echo
echo "== casella beside postfix: medians of $rounds rounds"
"$bench" ratios "$results" --ours casella --theirs postfix
[ -z "$failed" ] || { echo "some workloads FAILED, see above" >&2; exit 1; }
