#!/usr/bin/env bash
# Installs, starts, upgrades, removes and purges the package in a Debian of its own. As root; wants debootstrap.
# Usage: test.sh casella_VERSION_ARCH.deb [--here]
#   --here   in this machine's own Debian instead, of which nothing is changed: all that is written lies above it, in memory
set -euo pipefail
# What is mounted goes with the script.
[ "${MOUNTS_APART:-}" ] || MOUNTS_APART=yes exec unshare --mount "$0" "$@"
package=$(realpath "$1")
where=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
debian=$(mktemp -d)
chmod 755 "$debian"     # it is the root of everybody in it
cleanup() {
    # With --here this machine's own files shine through: what cannot be taken off is left, and goes with the script.
    if [ "$where" = --here ]; then umount -R "$debian" && rmdir "$debian"; else umount "$debian/proc"; rm -rf "$debian"; fi
}
trap 'cleanup 2> /dev/null || true' EXIT

command -v systemd-analyze > /dev/null || { echo "systemd-analyze is missing: apt-get install systemd" >&2; exit 1; }
for unit in casella.service casella-backup.service casella-backup.timer; do
    # The program is not installed here, which is all that it may say.
    said=$(systemd-analyze verify "$here/$unit" 2>&1 | grep "$unit" | grep -v "is not executable" || true)
    [ -z "$said" ] || { echo "$said" >&2; exit 1; }
done
# 0 is the safest, 10 what a service without any care has (times ten here). What is missing for 0 .NET's compiler needs.
systemd-analyze security --offline=true --threshold=25 --no-pager "$here/casella.service" > /dev/null \
    || { systemd-analyze security --offline=true --no-pager "$here/casella.service" | tail -n 1 >&2; exit 1; }

# What the unit promises and the steps below try by hand: the only capability, and files for 10,000 programs that wait.
for line in AmbientCapabilities=CAP_NET_BIND_SERVICE CapabilityBoundingSet=CAP_NET_BIND_SERVICE LimitNOFILE=65536 NoNewPrivileges=yes User=casella; do
    grep -qx "$line" "$here/casella.service" || { echo "casella.service: $line is missing" >&2; exit 1; }
done

if [ "$where" = --here ]; then
    for place in /etc/casella /var/lib/casella /var/backups/casella /usr/bin/casella; do
        [ ! -e "$place" ] || { echo "$place is there already: try the package elsewhere" >&2; exit 1; }
    done
    # The machine may have another mail server; it does not run in here.
    install="dpkg --force-conflicts -i"
    mount -t tmpfs -o mode=755 tmpfs "$debian"
    mkdir "$debian/above" "$debian/work" "$debian/root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$debian/above,workdir=$debian/work" "$debian/root"
    system=$debian/root
    mount --rbind /dev "$system/dev"
else
    system=$debian
    install="dpkg -i"
    # From where this machine has its own packages.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --include=adduser,libicu72,libssl3,libstdc++6,ca-certificates bookworm "$system" "$mirror" > /dev/null
fi
mkdir -p "$system/tmp"
cp "$package" "$system/tmp/casella.deb"
mount -t proc proc "$system/proc"   # .NET asks it how much memory there is
# A network of its own: the service takes the real ports, whatever this machine has on them.
unshare --net /bin/bash -c 'ip link set lo up && exec chroot "$@"' - "$system" /usr/bin/env install="$install" /bin/bash -euo pipefail <<'END'
as() { setpriv --reuid=casella --regid=casella --init-groups casella "$@" --config /etc/casella/casella.json; }
# In a container there may be fewer to give.
files=$(ulimit -Hn)
[ "$files" != unlimited ] && [ "$files" -lt 65536 ] || files=65536
# As systemd would by the unit: the user, the one capability, no way to more, so many files.
start() {
    (cd /var/lib/casella && ulimit -n $files && exec setpriv --reuid=casella --regid=casella --init-groups --no-new-privs --bounding-set=-all,+net_bind_service \
        --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service /usr/bin/casella serve --config /etc/casella/casella.json > /tmp/serve.log 2>&1) &
    service=$!
    for _ in $(seq 150); do
        (exec 3<> /dev/tcp/127.0.0.1/993) 2> /dev/null && break
        kill -0 $service 2> /dev/null || { cat /tmp/serve.log >&2; exit 1; }
        sleep 0.2
    done
    # CAP_NET_BIND_SERVICE is the eleventh, and all that it has or can get.
    [ "$(sed -nE 's/^Cap(Eff|Prm|Bnd|Amb):\t//p' /proc/$service/status | sort -u)" = 0000000000000400 ]
    [ "$(awk '/^Max open files/ { print $4 }' /proc/$service/limits)" = $files ]
    [ "$(stat -c %U /proc/$service)" = casella ]
    for port in 25 110 143 443 465 587 993 995 4190; do (exec 3<> /dev/tcp/127.0.0.1/$port); done
    as account list | grep -q info@example.org      # by the control socket of the running service
}
stop() {
    kill -TERM $service
    wait $service || [ $? -eq 143 ]
}
cd /tmp
$install casella.deb
[ "$(stat -c '%a %U' /var/lib/casella)" = "700 casella" ]
as domain add example.org
as account add info@example.org
start
as backup /var/backups/casella
# To a mailbox of ours, by the port of other servers; each command waits for the answer to the one before.
exec 4<> /dev/tcp/127.0.0.1/25
answer() { while read -r -t 20 line <&4 && [ "${line:3:1}" = - ]; do :; done; [ "${line:0:1}" = "$1" ] || { echo "$line" >&2; exit 1; }; }
answer 2
for command in "EHLO pc.example.test" "MAIL FROM:<anna@example.test>" "RCPT TO:<info@example.org>"; do printf '%s\r\n' "$command" >&4; answer 2; done
printf 'DATA\r\n' >&4; answer 3
printf 'Subject: kept\r\n\r\nCiao\r\n.\r\n' >&4; answer 2
printf 'QUIT\r\n' >&4; answer 2
exec 4>&-
stop
echo "// of this machine" >> /etc/casella/casella.json
$install casella.deb     # an upgrade
tail -n 1 /etc/casella/casella.json | grep -q "of this machine"
as account list | grep -q info@example.org
as verify
start
as export info@example.org /var/lib/casella/kept --format mbox
grep -rq "Subject: kept" /var/lib/casella/kept
stop
dpkg -r casella
dpkg -P casella
[ -f /var/lib/casella/directory.db ]
[ ! -e /usr/bin/casella ]
END
echo "The package installs, runs with one capability, takes mail, upgrades, is removed and purged; mail and backups stay."
