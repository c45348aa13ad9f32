"""Rules for abbreviations, spelling, classes of elements, and the words for shared corners, edges and faces."""

from __future__ import annotations

from clics.query import spelling
from clics.query.rule import CLASS_WORD, UNITS, Rule, rule

ABBREVIATIONS: tuple[Rule, ...] = (
    rule(r"\bco-(?=ordinat)", "co"),
    # the net of a layer, not a geometry: corner-sharing triangles
    rule(r"\b(?:corner|edge|vertex)s?[\s-]+shar\w+\s+triangles\b", ""),
    # properties, not geometries: nonlinear optics, linear expansion
    rule(
        r"""
            \b (?:non-?\s*)? linear
            (?=
                  [\s-]+
                  (?:
                      optic | response | magneto | dispersion | expansion | scal | combination | polari
                      | increase | dependence | elastic | suscept | thermal | crystals?\b | in\s+T
                  )
                | ity\b
            )
        """,
        "",
    ),
    rule(r"\bsq(?:\.|uare)?(?=[\s-]*(?:pl|py))[\s.-]*", "square "),
    rule(r"\btri(?:g|gon)\.?(?=[\s-]+(?:pl|py|bi|non|pr))[\s.-]*", "trigonal "),
    rule(r"\b(?:pent|pentag)\.\s*", "pentagonal "),
    rule(r"\bhex\.\s*(?=(?:bi)?py|pl)", "hexagonal "),
    rule(r"\btbp\b", "trigonal bipyramidal"),
    rule(r"\b(?:oct\b\.?(?!\d)|Oh(?=[\s-]+(?:coordinat|geometr|site|environment|metal|symmetric))-?)", "octahedral "),
    rule(r"\b(?:tet|td)\b\.?(?!\^|\d)(?!\s*\^)", "tetrahedral "),
    rule(r"\begde(?=s?[\s-])", "edge"),
    rule(r"\b[a-z]{7,}\b", spelling.corrected),
)
"""Abbreviations and spelling; applied before formulas are read."""

CLASSES_AND_SHARING: tuple[Rule, ...] = (
    rule(r"\b(?:semi-?metals?|half-?metal\s+elements?)\b", "metalloid"),
    rule(r"\bnon[\s-]+metal", "nonmetal"),
    # bonded to four nonmetals: the class is of the neighbours, not of the centre
    rule(
        rf"""
            \b
            (?:surrounded|coordinated|bonded|linked|attached|bound|connected|joined|bridged)
            (?P<by>\s+(?:by|to|with)\s+(?:(?:only|just|exactly|the|{UNITS}|\d+)\s+)*)
            (?:{CLASS_WORD}|anions?|cations?|ligands?) \b (?![\s-]+\w*(?:hedr|pyramid))
        """,
        r"surrounded\g<by>atoms",
    ),
    # octahedron of six anions: likewise
    rule(
        rf"""
            \b
            (?P<of>
                (?:octahedron|tetrahedron|cube|polyhedron|square|triangle|prism|pyramid)
                \s+ of\s+ (?:{UNITS}\s+|\d+\s+)?
            )
            (?:{CLASS_WORD}|anions?|cations?|ligands?) \b
        """,
        r"\g<of>atoms",
    ),
    # four nonmetals at the corners of a square: likewise
    rule(
        rf"""
            \b (?P<n>{UNITS}|\d+) \s+ nonmetals? (?:\s+atoms?|\s+ions?)?
            (?=\s+(?:in\s+the\s+(?:shape|form)|forming|arranged|at\s+the\s+(?:corners|vert)))
        """,
        r"\g<n> atoms",
    ),
    # bridging two metals: likewise
    rule(
        rf"""
            \b
            (?:bridg(?:es|ing)|link(?:s|ing)|connect(?:s|ing)|join(?:s|ing))
            \s+ (?:{UNITS}\s+|\d+\s+)? (?:{CLASS_WORD}|cations?|atoms?) \b
            (?![\s-]+\w*(?:hedr|pyramid|cent(?:ere|re)d|bond))
        """,
        "bridge",
    ),
    rule(r"\bcations?\b", "metal"),
    rule(r"\b(?:anions?|oxo|oxide\s+ions?)\b", "nonmetal"),
    # shared corners, edges and faces
    rule(r"\b(?:vertices|apices|apexes|vertexes)\b", "corners"),
    rule(r"\b(?:vertex|apex|point(?=[\s-]+shar))\b", "corner"),
    # three corners in common
    rule(
        r"""
            \bthree\s+corners\s+in\s+common\b | \btriangular\s+faces\b | \bsquare\s+faces\b
            | \btrigonal\s+planar\s+faces\b
        """,
        "common faces",
    ),
    rule(r"\btwo\s+corners\s+in\s+common\b", "common edges"),
    rule(r"\b(?P<kind>corner|edge|face)s?[\s-]+(?:to|on)[\s-]+(?P=kind)\b", r"joined by \g<kind>s"),
    rule(r"\b(?P<kind>edge|face)wise\b", r"by \g<kind>s"),
)
"""Classes of elements, and connections of polyhedra."""
