#!/usr/bin/env bash
# Builds everything and runs every test. Installs from Debian's packages what the tests need and is missing.
#   ./test.sh              all
#   ./test.sh Imap Pop3    only the test projects whose name has one of these words
#   ./test.sh Browser      the webmail in a real Chromium, which is not among all: it takes minutes
#   ./test.sh Clients      Thunderbird and Roundcube, which are not among all: they are large to install
#   ./test.sh Network      Casella, Postfix and bind9 on machines of their own (network namespaces), as root; not among all
# The last line is "N passed, N failed" (", N skipped" may follow). Exit code 0 only when the build is clean, nothing
# failed and something passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

configuration=${CONFIGURATION:-Release}
# More than the slowest project needs on two slow cores; what takes longer hangs.
limit=${TEST_TIMEOUT:-20m}
logs=artifacts/tests
# One compiler for all projects: the build takes a third of the time.
export UseSharedCompilation=true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# The text of messages must not depend on who runs the tests.
export LC_ALL=C.UTF-8

passed=0 failed=0 skipped=0

finish() {
    local line="$passed passed, $failed failed"
    [ "$skipped" -gt 0 ] && line+=", $skipped skipped"
    echo "$line"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

step() { printf '\n== %s\n' "$*"; }

# What could not be done counts as one failed test, so that the last line never looks better than the run was.
fail() { echo "FAILED: $*"; failed=$((failed + 1)); }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

install_missing() {
    local missing=() pair
    for pair in python3:python3 curl:curl openssl:openssl swaks:swaks mbsync:isync neomutt:neomutt fetchmail:fetchmail \
        getmail:getmail6 strace:strace offlineimap:offlineimap3 imapfilter:imapfilter sieve-test:dovecot-sieve \
        rspamd:rspamd pebble:pebble clamd:clamav-daemon systemd-analyze:systemd adduser:adduser; do
        command -v "${pair%%:*}" > /dev/null || missing+=("${pair#*:}")
    done
    if wanted Casella.Browser "$@" && [ $# -gt 0 ]; then
        command -v chromium > /dev/null || missing+=(chromium)
        # Fetches axe-core.
        command -v npm > /dev/null || missing+=(npm)
    fi
    if wanted Casella.Clients "$@" && [ $# -gt 0 ]; then
        for pair in thunderbird:thunderbird xvfb-run:xvfb xauth:xauth certutil:libnss3-tools php:php-cli; do
            command -v "${pair%%:*}" > /dev/null || missing+=("${pair#*:}")
        done
        [ -d /var/lib/roundcube ] || missing+=(roundcube-core roundcube-sqlite3 php-sqlite3 php-mbstring php-intl php-xml)
    fi
    if wanted Casella.Network "$@" && [ $# -gt 0 ]; then
        for pair in postfix:postfix named:bind9 dnssec-signzone:bind9-utils ip:iproute2 testssl:testssl.sh; do
            command -v "${pair%%:*}" > /dev/null || missing+=("${pair#*:}")
        done
    fi
    [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
    # Its imap program on its standard input and output; the whole of it as a server to move from.
    [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
    [ -x /usr/lib/dovecot/pop3 ] || missing+=(dovecot-pop3d)
    # A zone that may be changed, to prove a name by DNS.
    [ -x /usr/sbin/named ] || missing+=(bind9)
    # swaks without it speaks no TLS.
    perl -MNet::SSLeay -e 1 2> /dev/null || missing+=(libnet-ssleay-perl)
    # .NET's own: without ICU no program starts that knows Italian.
    ldconfig -p 2> /dev/null | grep -q 'libicuuc\.so' || missing+=(libicu72)
    [ ${#missing[@]} -eq 0 ] && return
    step "Installing ${missing[*]}"
    as_root apt-get -qq update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null \
        || fail "cannot install ${missing[*]}; as root: apt-get install ${missing[*]}"
}

# Adds the numbers of one project's closing line ("Total: 9, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0") to the sums.
count() {
    local name=$1 log=$2 code=$3 summary bad total left
    summary=$(grep -E ' Total: [0-9]+' "$log" | tail -n 1)
    number() { sed -nE "s/.* $1: ([0-9]+).*/\1/p" <<< "$summary"; }
    total=$(number Total)
    if [ -z "$total" ]; then
        fail "$name ended with exit code $code before its summary; see $log"
    elif [ "$total" -eq 0 ]; then
        fail "$name has no tests"
    else
        bad=$(number Failed) left=$(($(number Skipped) + $(number 'Not Run')))
        passed=$((passed + total - bad - left)) failed=$((failed + bad + $(number Errors))) skipped=$((skipped + left))
        # A crash after the last test, for example of a server that a test has started.
        if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then fail "$name ended with exit code $code"; fi
    fi
}

# run_project NAME: leaves its output, exit code and seconds beside each other in the logs.
run_project() {
    local name=$1 log="$logs/$1.log" code=0 start=$SECONDS
    # A server lives for seconds here, a command for less: it never earns back what it costs to watch its code for the
    # best way to compile it again.
    DOTNET_TieredPGO=0 timeout --kill-after=30s "$limit" "$(program_of "$name")" -noColor -noLogo -showLiveOutput > "$log" 2>&1 || code=$?
    echo "$code $((SECONDS - start))" > "$logs/$name.now" && mv "$logs/$name.now" "$logs/$name.end"
}

report_project() {
    local name=$1 log="$logs/$1.log" code seconds
    step "$name"
    read -r code seconds < "$logs/$name.end"
    [ "$code" -eq 124 ] && echo "stopped after $limit"
    # What tests have printed is in the log. The sizes that the architecture prints are for reading here.
    if [ "$code" -ne 0 ]; then tail -n 300 "$log"; elif [ "$name" = Casella.Architecture ]; then cat "$log"; else tail -n 2 "$log"; fi
    count "$name" "$log" "$code"
    echo "$name took $seconds s"
}

program_of() { echo "tests/$1/bin/$configuration/net10.0/$1"; }

wanted() {
    [ $# -eq 1 ] && return
    local name=$1 word
    shift
    for word; do case $name in *"$word"*) return ;; esac; done
    return 1
}

if ! command -v dotnet > /dev/null; then
    echo "There is no dotnet here. Install the .NET SDK 10: https://dotnet.microsoft.com/download/dotnet/10.0"
    failed=1
    finish
fi
install_missing "$@"
mkdir -p "$logs"

step "Build ($configuration, warnings are errors)"
if ! dotnet build Casella.slnx -c "$configuration" --nologo -v quiet -warnaserror; then
    fail "the build"
    finish
fi

projects=()
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    wanted "$name" "$@" || continue
    # A real browser takes minutes, real clients hundreds of megabytes, machines of their own need root: only where they
    # are asked for.
    [ $# -eq 0 ] && [[ $name = Casella.Browser || $name = Casella.Clients || $name = Casella.Network ]] && continue
    # A library that other tests share has no program of its own.
    grep -q '<OutputType>Library' "$project" && continue
    projects+=("$name")
done

# Two at a time, the long ones first; each worker takes the next that nobody has taken.
ordered=()
for name in Casella.Faults Casella.Smtp.Tests Casella.Core.Tests Casella.Server.Tests Casella.Journeys Casella.Imap.Tests "${projects[@]}"; do
    [[ " ${projects[*]} " = *" $name "* && " ${ordered[*]-} " != *" $name "* ]] && ordered+=("$name")
done
rm -f "$logs"/*.taken "$logs"/*.end
work() {
    local name
    for name in "${ordered[@]}"; do
        (set -o noclobber && : > "$logs/$name.taken") 2> /dev/null && run_project "$name"
    done
}
work &
work &
# Style and analyzers are errors of the build already; this is the rest. Beside the tests, which often wait.
if [ $# -eq 0 ]; then
    dotnet format whitespace Casella.slnx --no-restore --verify-no-changes -v quiet > "$logs/format.log" 2>&1 &
    format=$!
fi
for name in "${ordered[@]}"; do
    until [ -e "$logs/$name.end" ]; do sleep 1; done
    report_project "$name"
done
if [ $# -eq 0 ]; then
    step "Format"
    if wait "$format"; then echo clean; else cat "$logs/format.log"; fail "dotnet format would change files; run: dotnet format Casella.slnx"; fi
fi
wait

echo
finish
