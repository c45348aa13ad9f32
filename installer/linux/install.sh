#!/bin/sh
# Installs CLICS from this folder for the current user, or removes it: sh install.sh [--remove]. Data of the user stay.
set -eu
here=$(dirname "$(readlink -f "$0")")
data=${XDG_DATA_HOME:-$HOME/.local/share}
place=$data/clics-program
refresh() {
    command -v update-desktop-database >/dev/null && update-desktop-database -q "$data/applications" || true
    command -v update-mime-database >/dev/null && update-mime-database "$data/mime" 2>/dev/null || true
}
remove() {
    rm -rf "$place"
    rm -f "$HOME/.local/bin/clics" "$HOME/.local/bin/clics-gui" "$data/applications/clics.desktop" \
        "$data/mime/packages/clics.xml"
    find "$data/icons/hicolor" -name 'clics.*' -path '*/apps/*' -delete 2>/dev/null || true
}
if [ "${1-}" = --remove ]; then
    remove
    refresh
    echo "CLICS is removed. Your libraries, models and settings are still in $data/clics."
    exit 0
fi
mkdir -p "$data" "$HOME/.local/bin"
rm -rf "$place.new"
cp -R "$here" "$place.new"
remove
mv "$place.new" "$place"
cp -R "$place/share/." "$data/"
sed -i "s|^Exec=clics-gui|Exec=$place/bin/clics-gui|" "$data/applications/clics.desktop"
ln -s "$place/bin/clics" "$HOME/.local/bin/clics"
ln -s "$place/bin/clics-gui" "$HOME/.local/bin/clics-gui"
refresh
echo "CLICS is in $place; clics and clics-gui are in $HOME/.local/bin. Remove it with: sh $place/install.sh --remove"
