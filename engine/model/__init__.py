"""Crystal graph and line graph, ALIGNN tower, text tower, heads, losses, model folder. Imports torch, numpy, safetensors, tokenizers only."""
