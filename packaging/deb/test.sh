#!/usr/bin/env bash
# Installs, runs, upgrades, removes and purges the package in a Debian of its own. As root; wants debootstrap.
# Usage: test.sh casella_VERSION_ARCH.deb
set -euo pipefail
package=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
debian=$(mktemp -d)
chmod 755 "$debian"     # it is the root of everybody in it
cleanup() { umount "$debian/proc" 2> /dev/null || true; rm -rf "$debian"; }
trap cleanup EXIT

command -v systemd-analyze > /dev/null || { echo "systemd-analyze is missing: apt-get install systemd" >&2; exit 1; }
for unit in casella.service casella-backup.service casella-backup.timer; do
    # The program is not installed here, which is all that it may say.
    said=$(systemd-analyze verify "$here/$unit" 2>&1 | grep "$unit" | grep -v "is not executable" || true)
    [ -z "$said" ] || { echo "$said" >&2; exit 1; }
done
# 0 is the safest, 10 what a service without any care has (times ten here). What is missing for 0 .NET's compiler needs.
systemd-analyze security --offline=true --threshold=25 --no-pager "$here/casella.service" > /dev/null \
    || { systemd-analyze security --offline=true --no-pager "$here/casella.service" | tail -n 1 >&2; exit 1; }

# From where this machine has its own packages.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
debootstrap --variant=minbase --include=adduser,libicu72,libssl3,libstdc++6,ca-certificates bookworm "$debian" "$mirror" > /dev/null
cp "$package" "$debian/tmp/casella.deb"
mount -t proc proc "$debian/proc"   # .NET asks it how much memory there is
chroot "$debian" /bin/bash -euo pipefail <<'END'
as() { setpriv --reuid=casella --regid=casella --init-groups casella "$@" --config /etc/casella/casella.json; }
cd /tmp
dpkg -i casella.deb
[ "$(stat -c '%a %U' /var/lib/casella)" = "700 casella" ]
as domain add example.org
as account add info@example.org
as backup /var/backups/casella
echo "// of this machine" >> /etc/casella/casella.json
dpkg -i casella.deb     # an upgrade
tail -n 1 /etc/casella/casella.json | grep -q "of this machine"
as account list | grep -q info@example.org
as verify
dpkg -r casella
dpkg -P casella
[ -f /var/lib/casella/directory.db ]
[ ! -e /usr/bin/casella ]
END
echo "The package installs, runs, upgrades, is removed and purged; mail and backups stay."
