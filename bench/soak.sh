#!/usr/bin/env bash
# Many IMAP sessions in one mailbox at random, for as long as you like; every 20 seconds all stop, and each must have the
# same UIDs, flags and mod-sequences, also whoever comes back from an old state (QRESYNC).
#
#   bench/soak.sh [MINUTES] [SESSIONS]      10 minutes and 100 sessions unless you say otherwise
#   CASELLA_SOAK_SEED=… bench/soak.sh       what one session does is as it was; how they meet is not
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-10} sessions=${2:-100}
dotnet build tests/Casella.Imap.Tests -c Release -v q --nologo
export CASELLA_SOAK_SECONDS=$((minutes * 60)) CASELLA_SOAK_SESSIONS=$sessions
exec tests/Casella.Imap.Tests/bin/Release/net10.0/Casella.Imap.Tests -noColor -noLogo -showLiveOutput -class '*SoakTests'
