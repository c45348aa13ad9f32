"""Crystal graph and line graph, ALIGNN tower, text tower, heads, losses, model folder; torch, numpy and tokenizers only."""

from clics.model.preload import load_torch_libraries

load_torch_libraries()  # before any module of this package imports torch
