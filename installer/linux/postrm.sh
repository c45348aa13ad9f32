#!/bin/sh
# update-mime-database leaves what it made for types in folders that it does not know, such as chemical.
set -e
case $1 in
remove | purge)
    rm -f /usr/share/mime/chemical/x-cif.xml /usr/share/mime/chemical/x-poscar.xml
    rmdir /usr/share/mime/chemical 2>/dev/null || true
    ;;
esac
