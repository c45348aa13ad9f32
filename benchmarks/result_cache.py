"""Results that survive an interruption: one JSON line per task, written as soon as it is done."""

from clics.evaluation.result_cache import Kept

__all__ = ["Kept"]
