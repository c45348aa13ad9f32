"""The model: crystal graph, graph tower, text tower, heads, losses, model folder. Needs torch, numpy, safetensors, tokenizers."""

from clics.model.preload import load_torch_libraries

load_torch_libraries()  # before any module of this package imports torch
