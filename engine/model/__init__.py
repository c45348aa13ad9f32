"""Crystal graph and line graph, ALIGNN tower, text tower, heads, losses, model folder; torch, numpy and tokenizers only."""
