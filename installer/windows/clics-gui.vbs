' Starts the window of CLICS without a console.
Set shell = CreateObject("WScript.Shell")
here = CreateObject("Scripting.FileSystemObject").GetParentFolderName(WScript.ScriptFullName)
command = "cmd /c """"" & here & "\clics-gui.cmd"""
For Each argument In WScript.Arguments
    command = command & " """ & argument & """"
Next
shell.Run command & """", 0, False
