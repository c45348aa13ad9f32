#!/bin/sh
# Builds CLICS.app and clics-VERSION-macos-arm64.dmg on a Mac with Apple's processor: sh installer/macos/build.sh
# Needs the environment of make test and uv, whose Python is a relocatable one (python-build-standalone).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$root/.venv/bin/python
out=$root/build/installer
app=$out/CLICS.app
version=$("$python" -c 'import clics; print(clics.__version__)')
uv python install 3.11
prefix=$(dirname "$(dirname "$(uv python find --managed-python 3.11)")")
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
cp -R "$prefix" "$app/Contents/Resources/python"
packages=$app/Contents/Resources/python/lib/python3.11/site-packages
rm -rf "$packages" "$app/Contents/Resources/python/lib/python3.11/test"
PYTHONPATH=$root/installer "$python" - "$root/build/wheels/macos" "$packages" "$app/Contents/Resources" <<'PYTHON'
import sys
from pathlib import Path

import notices
import wheels

folder, packages, resources = map(Path, sys.argv[1:])
wheels.download("macos", folder)
if faults := wheels.unpack("macos", folder, packages):
    sys.exit("The payload is not complete:\n  " + "\n  ".join(faults))
notices.write(packages, resources / "THIRD-PARTY-NOTICES.txt")
PYTHON
"$app/Contents/Resources/python/bin/python3.11" -m compileall -q --invalidation-mode unchecked-hash "$packages" || true
cp "$root/LICENSE" "$app/Contents/Resources/LICENSE.txt"
for name in clics clics-gui; do
    module=clics
    [ "$name" = clics ] || module=clics_gui.app
    cat >"$app/Contents/MacOS/$name" <<LAUNCHER
#!/bin/sh
place=\$0
while [ -L "\$place" ]; do place=\$(cd "\$(dirname "\$place")" && cd "\$(dirname "\$(readlink "\$place")")" && pwd)/\$(basename "\$(readlink "\$place")"); done
unset PYTHONHOME PYTHONPATH
export PYTHONNOUSERSITE=1 PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1
exec "\$(dirname "\$place")/../Resources/python/bin/python3.11" -m $module "\$@"
LAUNCHER
    chmod 755 "$app/Contents/MacOS/$name"
done
sed "s/VERSION/$version/" "$here/Info.plist" >"$app/Contents/Info.plist"
icons=$out/clics.iconset
rm -rf "$icons"
mkdir -p "$icons"
for size in 16 32 128 256 512; do
    QT_QPA_PLATFORM=offscreen "$python" -c "
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon
application = QGuiApplication([])
QIcon('$root/resources/icons/clics.svg').pixmap(QSize($size, $size)).save('$icons/icon_${size}x$size.png')"
done
iconutil -c icns -o "$app/Contents/Resources/clics.icns" "$icons"
rm -rf "$icons"
codesign --force --deep --sign - "$app"
hdiutil create -quiet -ov -volname CLICS -srcfolder "$app" -format UDZO "$out/clics-$version-macos-arm64.dmg"
"$app/Contents/MacOS/clics" analyse "$root/resources/examples/rutile.cif" --top 1
