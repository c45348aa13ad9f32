; The installer for Windows, for the current user, without administrator's rights. Built by build.py.
Unicode true
Name "CLICS ${VERSION}"
OutFile "${OUTPUT}/clics-${VERSION}-windows-setup.exe"
InstallDir "$LOCALAPPDATA\Programs\CLICS"
InstallDirRegKey HKCU "Software\CLICS" "Folder"
RequestExecutionLevel user
SetCompressor /SOLID lzma
Icon "${TREE}/clics.ico"
UninstallIcon "${TREE}/clics.ico"
LicenseData "${TREE}/LICENSE.txt"
Page license
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\CLICS"
!define START '"$SYSDIR\wscript.exe" "$INSTDIR\clics-gui.vbs"'

Section "CLICS"
  ; an older version goes first; libraries, models and settings lie in the user's data folder, which nothing here touches
  RMDir /r "$INSTDIR\python"
  SetOutPath "$INSTDIR"
  File /r "${TREE}/*"
  CreateDirectory "$SMPROGRAMS\CLICS"
  CreateShortcut "$SMPROGRAMS\CLICS\CLICS.lnk" "$SYSDIR\wscript.exe" '"$INSTDIR\clics-gui.vbs"' "$INSTDIR\clics.ico"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal" "" "Crystal structure"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal\DefaultIcon" "" "$INSTDIR\clics.ico"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal\shell\open\command" "" '${START} "%1"'
  WriteRegStr HKCU "Software\Classes\.cif\OpenWithProgids" "CLICS.Crystal" ""
  WriteRegStr HKCU "Software\Classes\.vasp\OpenWithProgids" "CLICS.Crystal" ""
  WriteRegStr HKCU "Software\Classes\.poscar\OpenWithProgids" "CLICS.Crystal" ""
  WriteRegStr HKCU "Software\CLICS" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "CLICS"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\clics.ico"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteUninstaller "$INSTDIR\uninstall.exe"
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\python"
  Delete "$INSTDIR\clics*"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY-NOTICES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\CLICS"
  DeleteRegKey HKCU "Software\Classes\CLICS.Crystal"
  DeleteRegValue HKCU "Software\Classes\.cif\OpenWithProgids" "CLICS.Crystal"
  DeleteRegValue HKCU "Software\Classes\.vasp\OpenWithProgids" "CLICS.Crystal"
  DeleteRegValue HKCU "Software\Classes\.poscar\OpenWithProgids" "CLICS.Crystal"
  DeleteRegKey HKCU "Software\CLICS"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
