#!/bin/sh
# Installs the Debian packages that a purpose ("build", "test") needs and that are not there yet.
# Shows the one apt-get line it runs; uses sudo only when not root; says what to do when it cannot.
set -eu
here=$(dirname "$0")
missing=""
for purpose in "$@"; do
    for package in $(sed -n "s/^$purpose //p" "$here/packages.txt"); do
        case "$package" in
        nodejs) command -v node >/dev/null 2>&1 && continue ;;
        npm) command -v npm >/dev/null 2>&1 && continue ;;
        esac
        status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
        [ "$status" = "install ok installed" ] || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null 2>&1 || {
    echo "These Debian 12 packages are missing and there is no apt-get to install them:$missing" >&2
    exit 1
}
run=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "Packages are missing and you are not root. Run as root, then make again:" >&2
        echo "    apt-get install --no-install-recommends$missing" >&2
        exit 1
    }
    run="sudo"
fi
echo "+ ${run:+$run }apt-get install -y --no-install-recommends$missing"
export DEBIAN_FRONTEND=noninteractive
# The package list may be missing or old: then one update, and once more.
$run apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
    $run apt-get update -q >/dev/null
    $run apt-get install -y -q --no-install-recommends $missing >/dev/null || {
        echo "apt-get could not install the packages above. Install them by hand, then make again." >&2
        exit 1
    }
}
