#!/bin/sh
# Starts CLICS with the Python beside it, and nothing of the user's own Python or Qt. CLICS_PACKAGES names a folder of
# packages that come first, for example a build of torch for CUDA (installer/README.md).
here=$(dirname "$(readlink -f "$0")")
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH
export PYTHONNOUSERSITE=1 PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1
case ${CLICS_PACKAGES-} in /*) export PYTHONPATH="$CLICS_PACKAGES" ;; esac
case ${0##*/} in clics-gui*) module=clics_gui.app ;; *) module=clics ;; esac
exec "$here/../python/bin/python3.11" -m "$module" "$@"
