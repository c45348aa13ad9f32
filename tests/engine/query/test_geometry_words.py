"""What words about shapes, centres, ligands, numbers and networks are understood as."""

from __future__ import annotations

import pytest
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query.chips import chips_of
from clics.query.recognise import recognise

VOCABULARY = read_vocabulary(model_folder())

OCTAHEDRA_OF_TI = "octahedron (OC-6) around Ti"
MEANINGS = {
    # centres
    "octahedra with Ti inside": [OCTAHEDRA_OF_TI],
    "octahedra with titanium at their centres": [OCTAHEDRA_OF_TI],
    "octahedra centred by Ti": [OCTAHEDRA_OF_TI],
    "octahedra hosting titanium": [OCTAHEDRA_OF_TI],
    "octahedra filled with Ti": [OCTAHEDRA_OF_TI],
    "Ti located in octahedra": [OCTAHEDRA_OF_TI],
    "Ti situated on the octahedral site": [OCTAHEDRA_OF_TI],
    "C-centred octahedra": ["octahedron (OC-6) around C"],
    "Ti, Zr or Hf octahedra": ["octahedron (OC-6) around Ti or Zr or Hf"],
    "3d metal octahedra": ["octahedron (OC-6) around 3d metal"],
    "every lithium in tetrahedra": ["all sites: tetrahedron (T-4) around Li"],
    "CN 4, Zn": ["CN 4 around Zn"],
    "trigonal prisms, yttrium": ["trigonal prism (TPR-6)", "contains Y"],
    "Li-Mn-O with octahedral Mn": ["contains only Li and Mn and O", "octahedron (OC-6) around Mn"],
    # ligands
    "yttrium in tellurium octahedra": ["octahedron (OC-6) around Y with Te neighbours"],
    "rare earth in sulfur cubes": ["cube (CU-8) around rare earth metal with S neighbours"],
    "icosahedra of S centred by Cr": ["icosahedron (IC-12) around Cr with S neighbours"],
    "a Cu cation in a tetrahedron of P anions": ["tetrahedron (T-4) around Cu with P neighbours"],
    "octahedra of halogens": ["octahedron (OC-6) with halogen neighbours"],
    "Cu bonded to four chalcogens": ["CN 4 around Cu with chalcogen neighbours"],
    "nine oxygen neighbours": ["CN 9 with O neighbours"],
    "Zn coordinated by four N3-": ["CN 4 around Zn with N neighbours"],
    "Ca with at least eight O": ["CN ≥ 8 around Ca with O neighbours"],
    "isolated sulfate tetrahedra": ["isolated tetrahedra (T-4) around S with O neighbours"],
    "carbonate triangles": ["trigonal plane (TP-3) around C with O neighbours"],
    "MoS6 units, trigonal prismatic": ["MoS6", "trigonal prism (TPR-6) around Mo"],
    # names of shapes
    "triaugmented trigonal prism": ["tricapped trigonal prism (TCTPR-9)"],
    "mono-capped trigonal prism": ["capped trigonal prism (CTPR-7)"],
    "tri-capped trigonal prismatic": ["tricapped trigonal prism (TCTPR-9)"],
    "hexagonal bi-pyramid": ["hexagonal bipyramid (HBPY-8)"],
    "square anti-prism": ["square antiprism (SAPR-8)"],
    "quadratic antiprism": ["square antiprism (SAPR-8)"],
    "gyroelongated pentagonal bipyramid": ["icosahedron (IC-12)"],
    "Cu in a distorted square": ["distorted square plane (SP-4) around Cu"],
    "octagonal prism": [],
    # numbers
    "five- to seven-coordinate Ca": ["CN 5 or 6 or 7 around Ca"],
    "coordination number between 8 and 10": ["CN 8 or 9 or 10"],
    "CN greater than or equal to 10": ["CN ≥ 10"],
    # networks and bonding
    "layers of yttrium octahedra": ["layers of octahedra (OC-6) around Y"],
    "sheets of NbSe2": ["NbSe2 layers (around Nb with Se neighbours)"],
    "layers of CuF4": ["layers of CuF4"],
    "[CuO2] planes": ["CuO2 layers (around Cu with O neighbours)"],
    "trigonal prisms sharing rectangular faces": ["face-sharing trigonal prisms (TPR-6)"],
    "chains of trans-corner-sharing octahedra": ["chains of corner-sharing octahedra (OC-6)"],
    "tetrahedra sharing corners around Zr": ["corner-sharing tetrahedra (T-4) around Zr"],
    "corner-connected network of tetrahedra": ["corner-sharing tetrahedra (T-4)"],
    "straight chains of octahedra": ["chains of octahedra (OC-6)"],
    "no isolated tetrahedra": ["not isolated tetrahedra (T-4)"],
    "tetrahedron with one vertex missing": ["tetrahedron (T-4)"],
    "neither layered nor molecular": ["not 2D layers", "not 0D molecules"],
    "three-dimensionally bonded": ["3D framework"],
    "monolayer": ["slab with vacuum"],
    # denials
    "octahedra but no face sharing": ["octahedron (OC-6)", "not face-sharing octahedra (OC-6)"],
    "framework without edge-sharing tetrahedra": ["3D framework", "not edge-sharing tetrahedra (T-4)"],
    "no chains of octahedra": ["not chains of octahedra (OC-6)"],
    "NiO4 squares, not tetrahedra": ["NiO4 square plane (SP-4)", "not NiO4 tetrahedron (T-4)"],
    "octahedra that are not distorted": ["regular octahedron (OC-6)"],
    "nonmolecular": ["not 0D molecules"],
    # elements
    "tectosilicates lacking aluminium": ["tectosilicate", "contains no Al"],
    "orthosilicate of Fe or Mn": ["nesosilicate", "contains Fe or Mn"],
    "zirconium nesosilicate": ["contains Zr", "nesosilicate"],
    "octahedral layers separated by potassium ions": ["layers of octahedra (OC-6)", "contains K"],
    "tungsten trigonal prisms": ["trigonal prism (TPR-6) around W"],
    "aluminides with icosahedra": ["contains Al", "icosahedron (IC-12)"],
    # centres, ligands and shapes
    "Zn in a rhombic disphenoid of oxygen": ["distorted tetrahedron (T-4) around Zn with O neighbours"],
    "REO9 with monocapped square antiprism": ["REO9 capped square antiprism (CSAPR-9)"],
    "Friauf polyhedra": ["truncated tetrahedron (TT-12) or Frank–Kasper polyhedron Z16 (FK-16)"],
    "Friauf polyhedra, CN16, around Mg": ["Frank–Kasper polyhedron Z16 (FK-16) around Mg"],
    "trigonal planar borate": ["trigonal plane (TP-3) around B with O neighbours"],
    "planar carbonate": ["trigonal plane (TP-3) around C with O neighbours"],
    "tio6 octahedra": ["TiO6 octahedron (OC-6)"],
    "coo6 octahedra": ["CoO6 octahedron (OC-6)"],
    "octahedral rather than prismatic Mo": ["octahedron (OC-6) around Mo", "not trigonal prism (TPR-6) around Mo"],
    "squre planar Pd": ["square plane (SP-4) around Pd"],
    "oxygen-centered Cu4 tetrahedra": ["OCu4 tetrahedron (T-4)"],
    "B12 icosahedra": [],
    "Mo6 octahedral clusters": [],
    "Sc(VIII)": ["CN 8 around Sc"],
    "Fe(III) octahedra": ["octahedron (OC-6) around Fe"],
    "coordination number of Sr at least 10": ["CN ≥ 10 around Sr"],
    "polyhedra with 9 vertices": ["CN 9"],
    # networks
    "one-dimensional face-sharing octahedra": ["chains of face-sharing octahedra (OC-6)"],
    "double tetrahedra": ["finite groups of corner-sharing tetrahedra (T-4)"],
    "ZnN4 tetrahedra in a 3D framework": ["ZnN4 tetrahedron (T-4)", "3D framework"],
    "octahedra in finite edge-sharing groups": ["finite groups of edge-sharing octahedra (OC-6)"],
    "octahedra with two edges in common": ["edge-sharing octahedra (OC-6)"],
    "phosphate tetrahedra linking octahedra": [
        "tetrahedra (T-4) around P with O neighbours connected to octahedra (OC-6)"
    ],
}


@pytest.mark.parametrize(("typed", "labels"), MEANINGS.items())
def test_what_words_mean(typed: str, labels: list[str]) -> None:
    found = [chip.words() for chip in chips_of(recognise(typed, VOCABULARY), typed) if chip.kind != "not understood"]
    assert [words.partition(" → ")[2] for words in found] == labels


def test_a_shape_with_an_unknown_base_stays_unread() -> None:
    assert [chip.text for chip in chips_of(recognise("octagonal prism", VOCABULARY), "octagonal prism")] == [
        "octagonal prism"
    ]
