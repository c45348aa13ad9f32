"""The language of geometry: typed concepts, their phrases, training wordings, masked sentences and vocabularies.

Nothing here imports pymatgen or robocrystallographer, so that training can import this room alone.
"""
