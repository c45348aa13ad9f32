@echo off
setlocal
set PYTHONHOME=
set PYTHONPATH=%CLICS_PACKAGES%
set PYTHONNOUSERSITE=1
set PYTHONSAFEPATH=1
set PYTHONDONTWRITEBYTECODE=1
start "CLICS" "%~dp0python\pythonw.exe" -m clics_gui.app %*
