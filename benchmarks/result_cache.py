"""Results that outlast an interruption: one JSON line for each piece of work, written as soon as it is done."""

from clics.evaluation.result_cache import Kept

__all__ = ["Kept"]
