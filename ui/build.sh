#!/bin/sh
# Builds the web site's files: build.sh SOURCE_DIR BUILD_DIR STAMP. Works on a copy, so that nothing is
# written beside the sources; asks the registry only when package-lock.json changed.
set -eu
source=$1 build=$2 stamp=$3
work=$build/work

mkdir -p "$work"
rm -rf "$work/css" "$work/js" "$work/img"
cp -r "$source/css" "$source/js" "$source/img" "$source/icons.txt" "$source/build.mjs" "$source/tabular.mjs" \
    "$source/package.json" "$work/"
if ! cmp -s "$source/package-lock.json" "$work/package-lock.json" || [ ! -d "$work/node_modules" ]; then
    rm -rf "$work/node_modules"
    cp "$source/package-lock.json" "$work/package-lock.json.new"
    mv "$work/package-lock.json.new" "$work/package-lock.json"
    if ! (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
        rm -f "$work/package-lock.json"
        echo "ui: npm could not fetch the packages of ui/package-lock.json; the build needs the npm registry once" >&2
        exit 1
    fi
fi
rm -rf "$build/out"
(cd "$work" && node build.mjs "$build/out")
mkdir -p "$build/out/guide"
cp "$source"/../docs/images/*.png "$build/out/guide/"
: >"$stamp"
