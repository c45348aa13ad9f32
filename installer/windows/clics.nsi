; The installer for Windows, for the current user, without administrator's rights. Built by build.py; with -DQUICK it is
; larger and made sooner.
Target amd64-unicode
!include LogicLib.nsh
Name "CLICS ${VERSION}"
OutFile "${OUTPUT}/clics-${VERSION}-windows-setup.exe"
InstallDir "$LOCALAPPDATA\Programs\CLICS"
InstallDirRegKey HKCU "Software\CLICS" "Folder"
RequestExecutionLevel user
!ifdef QUICK
SetCompressor /SOLID zlib
!else
SetCompressor /SOLID lzma
!endif
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

; Explorer reads associations and icons again
!macro RefreshExplorer
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro Associate SUFFIX
  WriteRegStr HKCU "Software\Classes\${SUFFIX}\OpenWithProgids" "CLICS.Crystal" ""
!macroend

!macro Dissociate SUFFIX
  DeleteRegValue HKCU "Software\Classes\${SUFFIX}\OpenWithProgids" "CLICS.Crystal"
  DeleteRegKey /ifempty HKCU "Software\Classes\${SUFFIX}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\${SUFFIX}"
!macroend

Section "CLICS"
  ; uninstalling removes the folder python: it must be ours
  ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
  ${AndIf} ${FileExists} "$INSTDIR\python\*.*"
    MessageBox MB_ICONSTOP "There is a folder 'python' of another program in $INSTDIR. Choose another folder." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  ; an older version goes first; libraries, models and settings lie in the user's data folder, which nothing here touches
  RMDir /r "$INSTDIR\python"
  SetOutPath "$INSTDIR"
  File /r "${TREE}/*"
  CreateDirectory "$SMPROGRAMS\CLICS"
  CreateShortcut "$SMPROGRAMS\CLICS\CLICS.lnk" "$SYSDIR\wscript.exe" '"$INSTDIR\clics-gui.vbs"' "$INSTDIR\clics.ico"
  CreateShortcut "$SMPROGRAMS\CLICS\CLICS command line.lnk" "$SYSDIR\cmd.exe" \
    '/k set "PATH=$INSTDIR;%PATH%"' "$INSTDIR\clics.ico"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal" "" "Crystal structure"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal\DefaultIcon" "" "$INSTDIR\clics.ico"
  WriteRegStr HKCU "Software\Classes\CLICS.Crystal\shell\open\command" "" '${START} "%1"'
  !insertmacro Associate ".cif"
  !insertmacro Associate ".mcif"
  !insertmacro Associate ".vasp"
  !insertmacro Associate ".poscar"
  WriteRegStr HKCU "Software\CLICS" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "CLICS"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\clics.ico"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteUninstaller "$INSTDIR\uninstall.exe"
  !insertmacro RefreshExplorer
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\python"
  Delete "$INSTDIR\clics.cmd"
  Delete "$INSTDIR\clics-gui.cmd"
  Delete "$INSTDIR\clics-gui.vbs"
  Delete "$INSTDIR\clics.ico"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY-NOTICES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\CLICS\CLICS.lnk"
  Delete "$SMPROGRAMS\CLICS\CLICS command line.lnk"
  RMDir "$SMPROGRAMS\CLICS"
  !insertmacro Dissociate ".cif"
  !insertmacro Dissociate ".mcif"
  !insertmacro Dissociate ".vasp"
  !insertmacro Dissociate ".poscar"
  DeleteRegKey HKCU "Software\Classes\CLICS.Crystal"
  DeleteRegKey HKCU "Software\CLICS"
  DeleteRegKey HKCU "${UNINSTALL}"
  !insertmacro RefreshExplorer
SectionEnd
