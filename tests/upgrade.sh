#!/usr/bin/env bash
# Makes a data folder with an older casella, built from this repository's history, and opens it with this one.
# Usage: tests/upgrade.sh [COMMIT]      (takes some minutes: two builds)
#        UPGRADE_OLD=PROGRAM UPGRADE_NEW=PROGRAM tests/upgrade.sh      (with programs that are built already)
# The default is the state of the landing before this one.
set -euo pipefail
commit=${1:-938ee37}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
cleanup() { git -C "$root" worktree remove --force "$work/old" 2> /dev/null || true; rm -rf "$work"; }
trap cleanup EXIT

old=${UPGRADE_OLD:-$work/old/src/Casella.Server/bin/Release/net10.0/casella}
new=${UPGRADE_NEW:-$root/src/Casella.Server/bin/Release/net10.0/casella}
if [ -z "${UPGRADE_OLD-}" ]; then
    git -C "$root" worktree add --quiet --detach "$work/old" "$commit"
    dotnet build "$work/old/src/Casella.Server" -c Release --nologo -v quiet
fi
[ -n "${UPGRADE_NEW-}" ] || dotnet build "$root/src/Casella.Server" -c Release --nologo -v quiet
old() { "$old" "$@" --data "$work/data"; }
new() { "$new" "$@" --data "$work/data"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

old domain add example.org
old account add info@example.org
old person add Anna --login anna
old member add info@example.org anna
old device add info@example.org --person anna --name phone
old alias add presidente@example.org info@example.org
mkdir "$work/mail"
for i in $(seq 200); do
    printf 'From x Mon Mar  4 05:06:07 2019\nStatus: RO\nFrom: Marco <marco@example.test>\nSubject: Corso %d\nMessage-ID: <%d@example.test>\n\nCiao %d\n\n' "$i" "$i" "$i"
done > "$work/mail/INBOX"
old import info@example.org "$work/mail/INBOX"
old backup "$work/backups"
old export info@example.org "$work/before.mbox" --format mbox

new verify || fail "the old store has problems"
new account list | grep -q info@example.org || fail "the mailbox is gone"
new device list info@example.org | grep -q phone || fail "the device is gone"
new export info@example.org "$work/after.mbox" --format mbox
diff -r "$work/before.mbox" "$work/after.mbox" || fail "mail differs"
new account show info@example.org | grep -q 200 || fail "messages are missing"
# What the old program has stored is known again by its bytes.
new import info@example.org "$work/mail/INBOX" | grep -q "200 messages there already" || fail "what was there is not known again"
new backup "$work/backups"
new backup verify "$work/backups" || fail "backups of both programs in one folder do not verify"
"$new" restore "$work/backups" --data "$work/again" || fail "the backups cannot be restored"
if said=$(old account list 2>&1); then
    echo "The older program still reads the store."
else
    echo "$said" | grep -qi "newer" || fail "the older program does not say why it refuses: $said"
fi
echo "The data of $commit is opened, whole, and backed up."
