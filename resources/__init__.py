"""Files that ship with the program: the released model, the starter library, example crystals."""
