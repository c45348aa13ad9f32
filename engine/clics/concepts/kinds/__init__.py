"""Kinds of concepts, one module each: the typed concept, its parser, its training wordings and its registry row."""
