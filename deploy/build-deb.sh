#!/bin/sh
# build-deb.sh BUILD: puts BUILD/ungcuu and what a server needs into BUILD/ungcuu_VERSION_ARCH.deb.
set -eu
build=$1
here=$(dirname "$0")
version=$("$build/ungcuu" version | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p')
arch=$(dpkg --print-architecture)
root=$build/deb
deb=$build/ungcuu_${version}_$arch.deb

# The package of each library the program is linked with. All versions of a Debian release will do: what
# may differ stands in the package's name. So an update of the building machine is asked of no other.
depends() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r soname; do
        name=${soname%.so*} abi=${soname##*.so.}
        entry=$(cat /var/lib/dpkg/info/*:"$arch".shlibs | awk -v n="$name" -v v="$abi" \
            '$1 == n && $2 == v { print $3; exit }')
        if [ -z "$entry" ]; then
            echo "build-deb: no Debian package declares $soname" >&2
            exit 1
        fi
        echo "$entry"
    done | sort -u | paste -sd, | sed 's/,/, /g'
}

rm -rf "$root"
install -D -m 755 "$build/ungcuu" "$root/usr/bin/ungcuu"
strip --strip-unneeded "$root/usr/bin/ungcuu"
install -D -m 644 "$here/ungcuu.service" "$root/lib/systemd/system/ungcuu.service"
install -m 644 "$here/ungcuu-backup.service" "$here/ungcuu-backup.timer" "$root/lib/systemd/system/"
install -D -m 755 "$here/nightly-backup" "$root/usr/lib/ungcuu/nightly-backup"
install -D -m 644 "$here/ungcuu.default" "$root/etc/default/ungcuu"
install -D -m 644 "$here/nginx-ungcuu.conf" "$root/usr/share/doc/ungcuu/examples/nginx-ungcuu.conf"
install -m 644 "$here/../docs/admin.md" "$root/usr/share/doc/ungcuu/admin.md"
mkdir -p "$root/usr/share/man/man1"
sh "$here/manual.sh" "$build/ungcuu" | gzip -9n >"$root/usr/share/man/man1/ungcuu.1.gz"
gzip -9n >"$root/usr/share/doc/ungcuu/changelog.gz" <<END
ungcuu ($version) stable; urgency=medium

  * What this version does: /usr/share/doc/ungcuu/status.md.gz

 -- Ứng Cứu maintainers <maintainers@ungcuu.example.org>  $(LC_ALL=C date -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")
END
gzip -9nc "$here/../docs/status.md" >"$root/usr/share/doc/ungcuu/status.md.gz"
cat >"$root/usr/share/doc/ungcuu/copyright" <<END
Copyright: 2026 the Ứng Cứu maintainers

Ứng Cứu is free software under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0
END
needed=$(depends "$build/ungcuu")
[ -n "$needed" ]

mkdir -p "$root/DEBIAN"
for script in postinst prerm postrm; do
    install -m 755 "$here/debian/$script" "$root/DEBIAN/$script"
done
echo /etc/default/ungcuu >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<END
Package: ungcuu
Version: $version
Architecture: $arch
Maintainer: Ứng Cứu maintainers <maintainers@ungcuu.example.org>
Section: admin
Priority: optional
Installed-Size: $(du -k -s "$root" | cut -f1)
Depends: adduser, $needed
Recommends: nginx
Suggests: postgresql
Description: cyber-incident response for a province
 The system on which a province, a sector or a provider receives reports of
 cyber incidents, handles them and answers for them: web site, background jobs
 and command line in one program, on SQLite or PostgreSQL.
END
chmod -R u=rwX,go=rX "$root"
dpkg-deb --root-owner-group --build "$root" "$deb" >/dev/null
rm -rf "$root"
echo "$deb"
