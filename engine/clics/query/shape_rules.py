"""Rules for coordination geometries: synonyms become the names that the vocabulary has."""

from __future__ import annotations

from clics.query.rule import CLASS_WORD, Rule, rule

_GAP = r"(?P<gap>(?:(?!\b(?:and|but|metal|nonmetal|metalloid)\b)[^.;]){0,45}?)"
_PRISM = r"(?:trigonal|triangular)[\s-]+pris\w+"
_ANTIPRISM = r"square[\s-]+anti-?pris\w+"

GEOMETRIES: tuple[Rule, ...] = (
    # three neighbours on one side, three neighbours and a lone pair
    rule(
        rf"""
            \bthree\s+ coordinate\b {_GAP}
            (?:
                  \bnot\s+ in\s+ (?:one|a|the\s+same) \s+ plane
                | \bnon-?coplanar | \bone\s+side | \blone\s+pairs? | \bpyramid(?:al)?
            )
            \b
        """,
        r"trigonal non coplanar \g<gap>",
    ),
    # not in one plane, like a tripod
    rule(
        r"""
            \b
            (?:
                  not\s+ in\s+ (?:one|a|the\s+same) \s+ plane
                | pyramidal\s+three\s+coordinate | three-?legged\s+stool | tripod | ammonia[\s-]*like
            )
            \b
        """,
        "trigonal non coplanar",
    ),
    *(
        # four neighbours in one plane, four neighbours in a square
        rule(
            rf"""
                \b {number} \s+ coordinate\b {_GAP} \b
                (?:
                    in\s+(?:one|a|the\s+same)\s+plane | coplanar | planar | flat
                    | in\s+(?:a|the)\s+(?:{shapes}) | (?:{shapes})
                )
                \b (?![\s-]+(?:pyr|bip|base|and\s+one))
            """,
            rf"{name} \g<gap>",
        )
        for number, shapes, name in (
            ("three", "triangles?|trigonal(?:\\s+planar)?", "trigonal planar"),
            ("four", "squares?|square[\\s-]+plan\\w+", "square co planar"),
            ("five", "pentagons?", "pentagonal planar"),
            ("six", "hexagons?", "hexagonal planar"),
        )
    ),
    rule(r"\b(?:planar|flat|coplanar)[\s,]+(?:and\s+)?three\s+coordinate\b", "trigonal planar"),
    rule(r"\b(?:planar|flat|coplanar)[\s,]+(?:and\s+)?four\s+coordinate\b", "square co planar"),
    # flat triangle; a triangular face or lattice is no geometry of a site
    rule(
        r"""
              \b (?:(?:flat|planar|plane)\s+)? triang (?:les?|ular) (?:[\s-]+plan(?:ar|e))? \b
              (?![\s-]*(?:(?:bi|di)?pyramid|prism|face|antiprism|lattice|net))
            | \btrigonal[\s-]+planes?\b | \bplanar\s+trigonal\s+planar\b | \bflat\s+trigonal\b
        """,
        "trigonal planar",
    ),
    rule(r"\btriangular(?=[\s-]+(?:bi|di)?(?:pyramid|prism))", "trigonal"),
    # tetragonal bipyramid: an octahedron
    rule(
        r"\b(?:square|tetragonal)[\s-]+(?:bi|di)pyramid(?P<al>al)?s?\b|\bbioctahedr(?:a|on)\b",
        lambda m: "octahedral" if m["al"] else "octahedra",
    ),
    rule(r"\btetragonal(?=[\s-]+pyramid)", "square"),
    rule(r"\bquadrangular(?=[\s-]+pyramid)", "square"),
    rule(r"\bdipyramid", "bipyramid"),
    # bipyramid with a five-membered base
    rule(
        r"""
            \bbipyramids?\b (?P<gap>[^.;]{0,20}?) \b (?:five-?(?:sided|membered)|pentagon(?:al)?) \b
            (?:\s+(?:base|ring))?
        """,
        r"pentagonal bipyramids\g<gap>",
    ),
    # pyramid on a pentagon
    rule(
        r"""
            \bpyramids?\b (?P<gap>[^.;]{0,20}?) \b (?:five-?(?:sided|membered)|pentagon(?:al)?) \b
            (?:\s+(?:base|ring))?
        """,
        r"pentagonal pyramids\g<gap>",
    ),
    # pyramid with a square base
    rule(
        r"""
            (?<!square\s) (?<!square-) \bpyramid (?:s|al)? \b
            (?P<gap>[^.;]{0,12}?\b(?:with|on|having|whose)\b[^.;]{0,12}?)
            \bsquare\b (?:\s+base)?
        """,
        r"square pyramids\g<gap>",
    ),
    rule(r"\bfive-?membered\s+base\s+and\s+an?\s+(?:apex|corner)\b", "pentagonal pyramid"),
    rule(r"\bsquare\s+base\b(?P<gap>[^.;]{0,20}?)\b(?:apex|apical|corner|top)\b", r"square pyramid \g<gap>"),
    rule(r"\bfour\s+in\s+(?:a|the)\s+square\s+and\s+one\b", "square pyramid"),
    # five neighbours, three around the waist
    rule(
        r"""
            \bfive\s+ coordinate\b (?P<gap>[^.;]{0,12}?) \bthree\s+ (?:in|around|at) \s+ the\s+
            (?:equator|waist) \b
        """,
        r"trigonal bipyramid \g<gap>",
    ),
    # seven neighbours, five around the waist
    rule(
        r"""
            \bseven\s+ coordinate\b (?P<gap>[^.;]{0,12}?) \bfive\s+ (?:in|around|at) \s+ the\s+
            (?:equator\w*|waist) \b
        """,
        r"pentagonal bipyramid \g<gap>",
    ),
    # no order parameter measures these shapes, so that only their number of neighbours can be searched for
    *(
        rule(rf"(?:\b{number}[\s-]+coordinate[\s,]+)?\b(?:{shapes})\b", f"{number} coordinate")
        for number, shapes in (
            ("seven", rf"(?:(?:mono|uni)-?|singly[\s-]+)?capped[\s-]+(?:{_PRISM}|octahedr\w+)"),
            ("eight", rf"(?:bi-?|doubly[\s-]+|two[\s-]+)capped[\s-]+{_PRISM}"),
            (
                "nine",
                rf"(?:tri-?|triply[\s-]+|three[\s-]+)capped[\s-]+{_PRISM}|(?:(?:mono|uni)-?)?capped[\s-]+{_ANTIPRISM}",
            ),
            ("ten", rf"(?:bi-?|doubly[\s-]+)capped[\s-]+{_ANTIPRISM}"),
            ("eight", rf"{_ANTIPRISM}|(?:(?:trigonal|triangular)[\s-]+)?(?<!pentagonal\s)dodecahedr\w+"),
            ("twelve", r"icosahedr\w+|hexagonal[\s-]+prism\w*"),
        )
    ),
    # robocrystallographer knows no prism, and calls a trigonal one a pentagonal pyramid (its issue 26)
    rule(r"\b(?:trigonal|triangular)[\s-]+prisms\b", "pentagonal pyramids"),
    rule(
        r"\b(?:trigonal|triangular)[\s-]+prism(?:atic|atically)?\b|\bprism(?:atic)?\s+coordination\b",
        "pentagonal pyramidal",
    ),
    # the habit of a crystal is no geometry of a site
    # octahedral crystals, cubic habit
    rule(
        r"""
            \b (?:octahedral|tetrahedral|cubic|prismatic|pyramidal|bent)
            (?=\s+(?:crystals?(?!\s+field)|habits?|cleavage|forms?|faces|grains?)\b)
        """,
        "",
    ),
    # corners of a cube, cubic hole, CsCl-like
    rule(
        r"""
              \b (?:eight\s+)? corners\s+ of\s+ a\s+ cube\b
            | \bcube\s+corners\b
            | \b (?:(?:centre|center|middle)\s+of\s+)? an?\s+ (?P<d>distorted\s+)? (?:cube|cubic\s+hole) \b
            | \b
              (?:
                    cubic
                    (?=\s+(?:hole|void|interst\w+|fashion|site|coordination|environment|eight|surround))
                  | hexahedral | bcc[\s-]+like | CsCl[\s-]+like | cubes?\b(?!\s+root)
              )
        """,
        lambda m: f"{m['d'] or ''}body centered cubic",
    ),
    rule(r"\b(?:fcc[\s-]*like|ccp[\s-]*like|close[\s-]*packed\s+surroundings?)\b", "cuboctahedral"),
    rule(rf"(?:ψ|\bpsi|\bpseudo)[\s-]*trigonal\s+(?P<centre>{CLASS_WORD}\s+)?bipyramid\w*", r"\g<centre>see saw like"),
    # sawhorse, disphenoidal (see-saw)
    rule(
        r"""
            \b
            (?:teeter[\s-]*totter|sawhorse(?:[\s-]+shaped)?|disphenoid(?:al)?(?:[\s,-]*\(?see-?saw\)?)?)
            (?:\b|(?<=\)))
        """,
        "see saw like",
    ),
    # tee-shaped, like the letter T
    rule(
        r"""
            \btee[\s-]+shaped?\b
            | \b (?:letter|shape\s+of\s+an?|arranged\s+as) \s+ T\b
            | \bT[\s-]+(?:shape|geometry)\b
        """,
        "T shaped",
    ),
    # two neighbours at a right angle
    rule(
        r"""
            \b (?:two\s+coordinate\s+|with\s+)? (?:at\s+)?
            (?:(?:90|ninety)\s*(?:degrees?|°)|(?:at\s+)?(?:an?\s+)?right\s+angles?)
        """,
        "L shaped",
    ),
    # nonlinear, angular, V-shaped
    rule(
        r"""
            \bnon-?\s*linear(?:ly)?\b
            | \bnot\s+ (?:linear(?:ly)?|straight) \b
            | \bangular\b | \bV[\s-]+shaped\b | \bat\s+an\s+angle\b | \bangled\b
        """,
        "bent",
    ),
    # in a straight line, collinear, 180 degrees
    rule(
        r"""
            \b
            (?:
                straight(?:\s+lines?)? | in\s+(?:a|one)\s+line | collinear(?:ly)? | 180\s*(?:degrees?|°)
                | dumb-?bell | opposite\s+each\s+other | on\s+opposite\s+sides
            )
            (?!\w)
        """,
        "linear",
    ),
    rule(r"\bwater\s+molecules?\b|\bH2O[\s-]*like\b|\b(?:as\s+)?in\s+water\b", "water like"),
    rule(r"\b(?:square[\s-]+)?plaquettes?\b", "squares"),
    # linear chains: the arrangement of units, not of neighbours
    rule(
        r"""
            \blinear
            (?=
                \s+ (?:[\w-]+\s+)?
                (?:chains?|arrays?|strings?|rows?|ribbons?|strands?|trimers?|tetramers?|clusters?)
                \b
            )
        """,
        "",
    ),
    # square planar, in a square
    rule(
        r"""
            \b
            (?:
                  square[\s-]+ (?:co-?)? plan (?:ar|e|er)
                | in\s+ a\s+ (?P<d>distorted\s+)? square (?!\s+(?:pyr|base|anti))
                | squares(?!\s+(?:pyr|base|anti))
            )
            \b
        """,
        lambda m: f"{m['d'] or ''}square co planar",
    ),
)
"""Synonyms of geometries; applied after coordination numbers, which some of them contain."""

DISTORTION: tuple[Rule, ...] = (
    # strongly irregular, Jahn-Teller distorted, elongated
    rule(
        r"""
            \b
            (?:
                (?:
                    strongly | slightly | highly | very | heavily | rather | somewhat | axially
                    | significantly | moderately | considerably | severely | markedly | tetragonally
                    | trigonally
                )
                \s+
            )?
            (?:
                irregular | deformed | non-?\s*ideal | squashed | elongated | flattened | compressed
                | strained | skewed
                | jahn[\s-]* teller (?:\s+(?:distorted|active|elongated))?
                | imperfect | warped | distorted
            )
            (?:\s+and\s+distorted)? \b
        """,
        "distorted",
    ),
    rule(r"\b(?:undistorted|ideal|perfect|perfectly)\b", "regular"),
    # a coordination number beside a geometry that implies it
    *(
        rule(rf"\b{number}\s+coordinate\b(?=(?:(?!\band\b)[^.;]){{0,50}}\b(?:{shapes}))", "")
        for number, shapes in (
            ("six", r"octahedr|pentagonal\s+pyr|q\s+six|hexagonal\s+planar"),
            ("four", r"tetrahedr|square\s+co|see\s*saw|trigonal\s+pyr"),
            ("five", r"(?:square|trigonal)\s+(?:bi)?pyr"),
            ("eight", r"body\s+centered|hexagonal\s+bipyr"),
            ("twelve", r"cuboctahedr"),
            ("three", r"trigonal\s+(?:planar|non)|T\s+shaped"),
            ("two", r"linear|bent|water|L\s+shaped"),
            ("seven", r"pentagonal\s+bipyr"),
            ("one", r"single\s+bond"),
        )
    ),
    *(
        rule(rf"(?<={shape})(?P<between>[\s,-]+){number}\s+coordinate\b", r"\g<between>")
        for number, shape in (
            ("six", "octahedral"),
            ("four", "tetrahedral"),
            ("five", "bipyramidal"),
            ("eight", "cubic"),
            ("twelve", "cuboctahedral"),
            ("two", "linear"),
            ("two", "bent"),
        )
    ),
)
"""Words for distorted and regular geometries, and coordination numbers that a geometry implies."""
