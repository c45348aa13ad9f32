#!/bin/sh
# Installs the built packages on a bare Debian, in a chroot without any Python, and uses them there as an ordinary user:
#   sudo sh installer/linux/test.sh FOLDER [OLDER.deb]
# FOLDER holds the .deb and the archive of installer/linux/build.py. The older package, over which it is installed, is made
# of it unless one is named: a lower version, and a file more. Needs root, debootstrap, Xvfb, xwininfo, import and identify
# (ImageMagick) and Debian's package archive. The screen is an Xvfb outside the chroot. BASE keeps the base system for the
# next time; pictures of the screen go to FOLDER.
set -eu
folder=$(readlink -f "$1")
older=${2-}
base=${BASE:-/var/tmp/clics-bare-debian}
deb=$(ls -t "$folder"/clics_*_amd64.deb | head -n 1)
archive=$(ls -t "$folder"/clics-*-linux-x86_64.tar.zst | head -n 1)
[ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$base"
root=$(mktemp -d /var/tmp/clics-test.XXXXXX)
chmod 755 "$root"
screen=:97
xvfb=
cleanup() {
    [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true
    for place in proc dev/shm tmp/.X11-unix; do umount "$root/$place" 2>/dev/null || true; done
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT
say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
as_root() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
as_user() {
    chroot --userspec=ada:ada "$root" /usr/bin/env -i HOME="$home" PATH="$home/.local/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 \
        DISPLAY="$screen" OMP_NUM_THREADS="${OMP_NUM_THREADS-}" "$@"
}
apt() { as_root apt-get -qq -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@" >"$root/apt.log" 2>&1 || fail "apt-get $*: $(tail -n 5 "$root/apt.log")"; }
files() { # every file of the system; not what apt and dpkg keep for themselves, caches, and the folders of this test
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./work -o -path ./tmp -o -path ./var/lib/apt -o -path ./var/lib/dpkg \
        -o -path ./var/cache -o -path ./var/log -o -path ./home -o -name apt.log \) -prune -o ! -type d -print) | sort
}
same_files() {
    files >"$folder/after.txt"
    left=$(comm -13 "$folder/before.txt" "$folder/after.txt" | head -n 5)
    rm "$folder/after.txt"
    [ -z "$left" ] || fail "removing left $left"
}

cp -a "$base/." "$root"
cp /etc/resolv.conf "$root/etc/"
mkdir -p "$root/tmp/.X11-unix" "$root/work" "$root/dev/shm"
mount -t proc proc "$root/proc"
mount -t tmpfs shm "$root/dev/shm"
Xvfb "$screen" -screen 0 1400x900x24 -nolisten tcp -ac >/dev/null 2>&1 &
xvfb=$!
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
here=$(dirname "$(readlink -f "$0")")
cp "$here/../../resources/examples/rutile.cif" "$here/../../resources/examples/sio2-quartz.cif" "$root/work/"
chmod -R a+rX "$root/work"
as_root useradd --create-home --home-dir "/home/ada lovelace" ada
home="/home/ada lovelace"
mine="$root/home/ada lovelace"
! as_root sh -c 'command -v python3' || fail "the base system has a Python"

analysed() { # the space group of rutile by symmetry analysis and by the model (International Tables: 136)
    as_user "$1" analyse /work/rutile.cif --jsonl --top 1 >"$root/work/answer" || fail "analyse ended with $?"
    [ "$(grep -o '"number": 136' "$root/work/answer" | wc -l)" -ge 2 ] || fail "rutile is not in P4_2/mnm"
}

searched() { # a crystal of the rutile type is the first one found in the starter library
    as_user "$1" search "rutile structure" --top 1 --json | grep -q '"space_group": "P4_2/mnm"' || fail "the search found no rutile"
}

window() { # the window of rutile appears, its picture is kept, and SIGTERM ends it and its engine without a crash
    as_user "$1" /work/rutile.cif >"$root/work/window.log" 2>&1 &
    program=$!
    for _ in $(seq 240); do
        DISPLAY="$screen" xwininfo -root -tree 2>/dev/null | grep -q '"rutile.*CLICS' && break
        kill -0 "$program" 2>/dev/null || fail "the window ended: $(cat "$root/work/window.log")"
        sleep 1
    done
    DISPLAY="$screen" xwininfo -root -tree | grep -q '"rutile.*("clics-gui" "clics")' || fail "no window: $(cat "$root/work/window.log")"
    sleep "${SETTLE:-60}"
    kill -0 "$program" || fail "the window ended: $(cat "$root/work/window.log")"
    DISPLAY="$screen" import -window root "$folder/$2.png"
    pid=$(pgrep -f "clics_gui.app /work/rutile.cif" | tail -n 1)
    engine=$(pgrep -P "$pid" | head -n 1)
    [ -n "$engine" ] || fail "the window has no engine"
    kill "$pid"
    wait "$program" || fail "the window ended with $?: $(cat "$root/work/window.log")"
    sleep 2
    ! kill -0 "$engine" 2>/dev/null || fail "the engine outlived the window"
    ! grep -qi "opengl\|error" "$root/work/window.log" || fail "the window said $(cat "$root/work/window.log")"
}

associated() { # types by name, the program for them, and its icon; $1: the folder "share"
    for name in rutile.cif POSCAR CONTCAR_relaxed fe.vasp; do
        case $name in *.cif) type=chemical/x-cif ;; *) type=chemical/x-poscar ;; esac
        printf 'x\n' >"$root/work/$name.probe" && mv "$root/work/$name.probe" "$root/work/types/$name"
        found=$(as_user gio info -a standard::content-type "/work/types/$name" | sed -n 's/.*content-type: //p')
        [ "$found" = "$type" ] || fail "$name is $found, and no $type"
        as_user gio mime "$type" | grep -q clics.desktop || fail "$type has no program"
    done
    as_user desktop-file-validate "$1/applications/clics.desktop" || fail "the desktop entry is not valid"
    [ -s "$root$1/icons/hicolor/scalable/apps/clics.svg" ] || fail "there is no icon"
    for size in 16 48 256; do
        [ "$(identify -format %wx%h "$root$1/icons/hicolor/${size}x$size/apps/clics.png")" = "${size}x$size" ] || fail "icon of $size"
    done
}

say "a system with what the package depends on, and what a desktop uses to read types"
mkdir -p "$root/work/types"
as_root apt-get -qq update
apt install desktop-file-utils shared-mime-info libglib2.0-bin zstd
if [ -z "$older" ]; then
    older=$root/work/first.deb
    dpkg-deb -R "$deb" "$root/work/first"
    sed -i 's/^Version: .*/Version: 0.0.1/' "$root/work/first/DEBIAN/control"
    echo "this version had it" >"$root/work/first/opt/clics/of-an-older-version"
    dpkg-deb --root-owner-group -Znone --build "$root/work/first" "$older" >/dev/null
    rm -r "$root/work/first"
else
    cp "$older" "$root/work/first.deb"
fi
cp "$deb" "$root/work/second.deb"
needs=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/(.*//' | tr -d ' ' | tr '\n' ' ')
apt install $needs
files >"$folder/before.txt"
say "version $(dpkg-deb -f "$older" Version) is installed"
apt install /work/first.deb
! as_root sh -c 'command -v python3' || fail "the package brought a Python of the system"
analysed clics
searched clics
as_user clics library add /work/sio2-quartz.cif
before=$(as_user clics library list --json)
as_user clics library list | grep -qi 'sio2' || fail "quartz is not in the library"
say "version $(dpkg-deb -f "$deb" Version) is installed over it, and the library is kept"
apt install /work/second.deb
[ "$(as_root dpkg-query -W -f '${Version}' clics)" = "$(dpkg-deb -f "$deb" Version)" ] || fail "the version is still the older one"
[ ! -e "$root/opt/clics/of-an-older-version" ] || fail "a file of the older version is left"
[ "$(as_user clics library list --json)" = "$before" ] || fail "the library has changed"
analysed clics
searched clics
[ -s "$root/usr/share/doc/clics/THIRD-PARTY-NOTICES.txt" ] || fail "the notices are missing"
associated /usr/share
say "the window opens"
window clics-gui window-deb
say "the package is removed, and the library is kept"
apt purge clics
same_files
[ -s "$mine/.local/share/clics/library.clics" ] || fail "the library is gone"

say "the archive is unpacked, moved, and installed for a user over an older copy"
mkdir "$root/home/unpacked"
tar -C "$root/home/unpacked" -I zstd -xf "$archive"
chown -R --reference="$mine" "$root/home/unpacked"
mv "$root/home/unpacked/clics" "$root/home/unpacked/folder with a space"
unpacked="/home/unpacked/folder with a space"
analysed "$unpacked/bin/clics"
as_user sh "$unpacked/install.sh"
touch "$mine/.local/share/clics-program/of-an-older-version"
as_user sh "$unpacked/install.sh"
[ ! -e "$mine/.local/share/clics-program/of-an-older-version" ] || fail "files of the older copy are left"
rm -rf "$root/home/unpacked"
[ "$(as_user clics library list --json)" = "$before" ] || fail "the library has changed"
analysed clics
searched clics
associated "$home/.local/share"
grep -q "^Exec=\"$home/.local/share/clics-program/bin/clics-gui\" %F" "$mine/.local/share/applications/clics.desktop" ||
    fail "the desktop entry names another program"
window clics-gui window-archive
as_user sh "$home/.local/share/clics-program/install.sh" --remove
left=$(find "$mine" ! -type d ! -path '*/.local/share/clics/*' ! -path '*/.local/state/clics/*' ! -path '*/.cache/*' ! -path '*/mime/*' \
    ! -name mimeinfo.cache ! -name '.bash*' ! -name .profile)
[ -z "$left" ] || fail "removing left $left"
[ -s "$mine/.local/share/clics/library.clics" ] || fail "the library is gone"
same_files
rm "$folder/before.txt"
say "all passed; the pictures of the window are in $folder"
