"""Robocrystallographer's rules (Ganose & Jain, MRS Commun. 9, 874 (2019), doi:10.1557/mrc.2019.94), made fast.

What its classes compute is computed here from arrays, once per symmetry orbit, and said in the same words; where the two
differ is in docs/explanation/descriptions.md. Nothing here asks the network.
"""
