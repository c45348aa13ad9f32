"""Results that outlast an interruption: one JSON line for each piece of work, written as soon as it is done."""

from engine.evaluation.kept import Kept

__all__ = ["Kept"]
