"""The language of geometry: descriptions (facts), sentences (the paper's masked text), templates, concepts, vocabulary.

Only :mod:`clics.descriptions.describe` and what it names import pymatgen and robocrystallographer; the rest is plain Python,
so that training can import it alone.
"""
