"""Export: tables as files and on the clipboard, and the one-page report of a crystal."""
