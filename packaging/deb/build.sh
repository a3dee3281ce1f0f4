#!/usr/bin/env bash
# Publishes casella and makes a Debian package of it: artifacts/casella_VERSION_ARCH.deb.
# The package brings its own .NET, so it needs nothing that Debian does not have. Wants dotnet, dpkg-deb.
# Usage: build.sh [FOLDER [PROGRAM]]: into another folder; of a program that is built already, which wants this machine's
# .NET and is packed loosely: for a test of the package, and for no other machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/artifacts}
program=${2:-}

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
architecture=$(dpkg --print-architecture)
case $architecture in
    amd64) runtime=linux-x64 ;;
    arm64) runtime=linux-arm64 ;;
    *) echo "build.sh: no .NET for $architecture" >&2; exit 1 ;;
esac

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
umask 022
chmod 755 "$tree"

if [ -n "$program" ]; then
    mkdir -p "$tree/usr/lib"
    cp -r "$program" "$tree/usr/lib/casella"
    chmod -R u=rwX,go=rX "$tree/usr/lib/casella"
else
    dotnet publish "$root/src/Casella.Server" -c Release -r "$runtime" --self-contained true \
        -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=false -p:DebugType=none \
        -p:GenerateDocumentationFile=true -o "$tree/usr/lib/casella" --nologo -v quiet
fi

mkdir -p "$tree/usr/bin" "$tree/etc/casella" "$tree/usr/lib/systemd/system" "$tree/usr/share/doc/casella" "$tree/DEBIAN"
ln -s ../lib/casella/casella "$tree/usr/bin/casella"
install -m 644 "$here/casella.json" "$tree/etc/casella/casella.json"
install -m 644 "$here/casella.service" "$here/casella-backup.service" "$here/casella-backup.timer" "$tree/usr/lib/systemd/system/"
install -m 644 "$root/LICENSE" "$tree/usr/share/doc/casella/copyright"
echo /etc/casella/casella.json > "$tree/DEBIAN/conffiles"
install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$tree/DEBIAN/"
cat > "$tree/DEBIAN/control" <<END
Package: casella
Version: $version
Architecture: $architecture
Maintainer: The Casella authors <casella@example.org>
Section: mail
Priority: optional
Depends: adduser, libc6, libgcc-s1, libstdc++6, libicu72 | libicu74 | libicu76, libssl3 | libssl3t64, ca-certificates
Conflicts: mail-transport-agent
Provides: mail-transport-agent
Installed-Size: $(du -sk "$tree/usr" | cut -f1)
Description: mail service: IMAP, POP3, SMTP and webmail in one program
 Mailboxes that several people and devices work in, made for associations:
 nothing that was acknowledged is lost, what was deleted can be brought back,
 and every change says who made it.
END

mkdir -p "$out"
package=$out/casella_${version}_$architecture.deb
dpkg-deb --root-owner-group ${program:+-Znone} --build "$tree" "$package" > /dev/null
echo "$package"
