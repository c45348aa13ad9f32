#!/bin/sh
# Installs the built packages on a bare Debian, in a chroot without any Python, and uses them there:
#   sudo sh installer/linux/test.sh FOLDER [OLDER.deb]
# FOLDER holds the .deb and the archive of installer/linux/build.py. Needs root, debootstrap, Xvfb and xwininfo, and Debian's
# package archive. The screen is an Xvfb outside the chroot. BASE (a folder) keeps the base system for the next time.
set -eu
folder=$(readlink -f "$1")
older=${2-}
base=${BASE:-/var/tmp/clics-bare-debian}
deb=$(ls -t "$folder"/clics_*_amd64.deb | head -n 1)
archive=$(ls -t "$folder"/clics-*-linux-x86_64.tar.zst | head -n 1)
[ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$base"
root=$(mktemp -d /var/tmp/clics-test.XXXXXX)
screen=:97
cleanup() {
    kill "$xvfb" 2>/dev/null || true
    for place in proc tmp/.X11-unix; do umount "$root/$place" 2>/dev/null || true; done
    rm -rf --one-file-system "$root"
}
xvfb=
trap cleanup EXIT
say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
in_root() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        DISPLAY="$screen" "$@"
}

cp -a "$base/." "$root"
cp /etc/resolv.conf "$root/etc/"
mkdir -p "$root/tmp/.X11-unix" "$root/work"
mount -t proc proc "$root/proc"
Xvfb "$screen" -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
xvfb=$!
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
here=$(dirname "$(readlink -f "$0")")
cp "$here/../../resources/examples/rutile.cif" "$here/../../resources/examples/sio2-quartz.cif" "$root/work/"
in_root sh -c 'command -v python3' && fail "the base system has a Python"

analysed() { # the space group of rutile by symmetry analysis and by the model (International Tables: 136)
    in_root "$1" analyse /work/rutile.cif --jsonl --top 1 >"$root/work/answer" || fail "analyse ended with $?"
    grep -q '"number": 136' "$root/work/answer" || fail "rutile is not in P4_2/mnm"
}

window() { # a window of the program appears, and is closed by SIGTERM without a crash
    in_root "$1" /work/rutile.cif >"$root/work/window.log" 2>&1 &
    program=$!
    for _ in $(seq 180); do
        DISPLAY="$screen" xwininfo -root -tree 2>/dev/null | grep -q '"rutile.*CLICS\|"CLICS' && break
        kill -0 "$program" 2>/dev/null || fail "the window ended: $(cat "$root/work/window.log")"
        sleep 1
    done
    DISPLAY="$screen" xwininfo -root -tree | grep -q CLICS || fail "no window: $(cat "$root/work/window.log")"
    sleep 20
    kill -0 "$program" || fail "the window ended: $(cat "$root/work/window.log")"
    kill "$(pgrep -f clics_gui.app | head -n 1)"
    wait "$program" || fail "the window ended with $?: $(cat "$root/work/window.log")"
}

say "the package is installed with what it depends on"
in_root apt-get -qq update
cp "${older:-$deb}" "$root/work/first.deb"
in_root apt-get -qq -y --no-install-recommends install /work/first.deb >"$root/work/apt.log" 2>&1 || fail "$(tail -n 5 "$root/work/apt.log")"
in_root sh -c 'command -v python3' && fail "the package brought a Python of the system"
analysed clics
in_root clics library add /work/sio2-quartz.cif
before=$(in_root clics library list --json | grep -c '"id"')
in_root clics library list | grep -qi 'sio2' || fail "quartz is not in the library"
say "the window opens"
window clics-gui
say "the package is installed over the older one, and the library is kept"
cp "$deb" "$root/work/second.deb"
in_root apt-get -qq -y --no-install-recommends --reinstall --allow-downgrades install /work/second.deb >"$root/work/apt.log" 2>&1 ||
    fail "$(tail -n 5 "$root/work/apt.log")"
[ "$(in_root clics library list --json | grep -c '"id"')" = "$before" ] || fail "the library has changed"
analysed clics
in_root grep -q chemical/x-cif /usr/share/applications/clics.desktop
[ -s "$root/usr/share/doc/clics/THIRD-PARTY-NOTICES.txt" ] || fail "the notices are missing"
say "the package is removed, and the library is kept"
in_root apt-get -qq -y purge clics >/dev/null 2>&1
[ ! -e "$root/opt/clics" ] || fail "something is left: $(find "$root/opt/clics" | head -n 5)"
[ ! -e "$root/usr/bin/clics" ] || fail "the command is left"
[ -s "$root/root/.local/share/clics/library.clics" ] || fail "the library is gone"

say "the archive is unpacked, moved and installed for a user"
tar -C "$root/work" -I zstd -xf "$archive"
mv "$root/work/clics" "$root/work/folder with a space"
analysed "/work/folder with a space/bin/clics"
in_root sh "/work/folder with a space/install.sh"
rm -rf "$root/work/folder with a space"
analysed /root/.local/bin/clics
window /root/.local/bin/clics-gui
in_root sh /root/.local/share/clics-program/install.sh --remove
[ ! -e "$root/root/.local/share/clics-program" ] || fail "the program is left"
[ -s "$root/root/.local/share/clics/library.clics" ] || fail "the library is gone"
say "all passed"
