"""Robocrystallographer's rules (Ganose & Jain, MRS Commun. 9, 874 (2019), doi:10.1557/mrc.2019.94), made fast.

Its own classes are subclassed; what they compute is computed once per symmetry orbit and on arrays, and what they say
is the same. Nothing here asks the network.
"""

from engine.concepts import lean_imports

lean_imports.prepare()
