#!/bin/sh
# Installs CLICS from this folder for the current user, or removes it: sh install.sh [--remove]. Data of the user stay.
set -eu
here=$(dirname "$(readlink -f "$0")")
data=${XDG_DATA_HOME:-$HOME/.local/share}
place=$data/clics-program
is_ours() { [ -L "$1" ] && case $(readlink "$1") in "$place"/*) true ;; *) false ;; esac; }
refresh() {
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$data/applications" || true; fi
    if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" 2>/dev/null || true; fi
}
remove() {
    for name in clics clics-gui; do
        ! is_ours "$HOME/.local/bin/$name" || rm "$HOME/.local/bin/$name"
    done
    rm -f "$data/applications/clics.desktop" "$data/mime/packages/clics.xml" \
        "$data/mime/chemical/x-cif.xml" "$data/mime/chemical/x-poscar.xml"
    find "$data/icons/hicolor" -path '*/apps/clics.*' -delete 2>/dev/null || true
    rm -rf "$place"
}
if [ "${1-}" = --remove ]; then
    remove
    refresh
    echo "CLICS is removed. Your libraries, models and settings are still in $data/clics."
    exit 0
fi
mkdir -p "$data" "$HOME/.local/bin"
rm -rf "$place.new"
cp -a "$here" "$place.new"
remove
mv "$place.new" "$place"
cp -R "$place/share/." "$data/"
program=$(printf '%s' "$place/bin/clics-gui" | sed 's/[\\"`$]/\\&/g; s/[\\&|]/\\&/g')
sed -i "s|^Exec=clics-gui|Exec=\"$program\"|" "$data/applications/clics.desktop"
for name in clics clics-gui; do
    if [ -e "$HOME/.local/bin/$name" ] || [ -L "$HOME/.local/bin/$name" ]; then
        echo "$HOME/.local/bin/$name is of another program and stays; run $place/bin/$name." >&2
    else
        ln -s "$place/bin/$name" "$HOME/.local/bin/$name"
    fi
done
refresh
echo "CLICS is in $place; clics and clics-gui are in $HOME/.local/bin. Remove it with: sh '$place/install.sh' --remove"
