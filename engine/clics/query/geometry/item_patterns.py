"""Patterns of items of geometry in a text (:mod:`clics.query.geometry.items`), compiled when they are first needed."""

from __future__ import annotations

import re
from functools import cache

from clics.data import read_rows
from clics.query.geometry import vocabulary as words


def _compiled(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags | re.VERBOSE)


AMBIGUOUS = frozenset({"In", "As", "At", "I", "No", "He", "Be", "A"})
"""Symbols that are English words at the start of a sentence."""

_GREEK = "|".join(sorted(words.GREEK, key=len, reverse=True))
_ROMAN = "|".join(sorted(words.ROMAN, key=len, reverse=True))
_N = words.NUMBER
COUNT = rf"(?:{_N}|{_GREEK}|(?-i:\b(?:{_ROMAN})\b))"
_RANGE = rf"{_N}(?:\s*(?:-|–|\bto\b|\bor\b)\s*{_N})?"
_LIST = rf"{COUNT}(?:[\s-]*(?:,|or|and|/|-|–|to)[\s-]*(?:or\s+)?{COUNT})*"

PROPERTY = _compiled(
    r"""
        \b (?:non-?\s*)? linear
        (?=
              [\s-]+
              (?:
                  optic | response | magneto | dispersion | expansion | scal | combination | polari | increase | dependence
                | elastic | suscept | thermal | crystals?\b | in\s+T
                | (?:[\w-]+\s+)?(?:chains?|arrays?|strings?|rows?|ribbons?|strands?|trimers?|tetramers?|clusters?)\b
              )
            | ity\b
        )
      | \b (?:octahedral|tetrahedral|cubic|prismatic|pyramidal|bent|pyritohedral)
        (?=\s+(?:crystals?(?!\s+field)|crystal\s+habits?|habits?|cleavage|forms?|faces|grains?|tilt\w*|rotation\w*)\b)
      | \b (?:corner|edge|vertex)s?[\s-]+shar\w+\s+triangles\b
      | \b triangular (?=[\s-]+(?:lattice|net|faces?|layers?|arrangement|array)\b)
    """
)
"""Properties, habits and nets, whose words are no geometry of a site; they are left unread."""
FACES_OF_SOLID = _compiled(
    r"\b(?:with|having|has|have)\s+(?:only\s+|all\s+)?(?:(?:\d+|[a-z]+)\s+)?(?:triangular|square|pentagonal|hexagonal)\s+faces(?:\s+only)?\b"
    r"(?!\s+(?:in\s+common|shared))"
)
"""What the faces of a solid are, which says nothing of how it shares them."""
ATOM_CLUSTER = _compiled(
    r"""
        \b (?:octahedral|tetrahedral|icosahedral|square|triangular|cubic|cuboctahedral|trigonal[\s-]+(?:bi)?pyramidal) \s+
        (?:(?-i:[A-Z][a-z]?)\d{1,2}|(?-i:[A-Z][a-z]?)|metal(?:lic)?|atomic)? (?:\s*\bclusters?\b)
      | (?-i:(?<![\w-])[A-Z][a-z]?\d{1,2}) \s+
        (?:octahedral|tetrahedral|icosahedral|square|triangular|cubic|cuboctahedral) \s+ clusters? \b
    """
)
"""Clusters of atoms, which surround no centre: "Mo6 octahedral clusters"."""
AXIS = _compiled(
    r"""
        (?:\b(?:running|extending|elongated|aligned|oriented|stacked|stacking|propagating)\s+)?
        (?:
            \b (?:along|parallel\s+to|perpendicular\s+to|normal\s+to|in|on|down) \s+ (?:the\s+)?
            (?:
                  (?<!\bin\s)(?<!\bon\s)(?<!\bin\sthe\s)(?<!\bon\sthe\s)
                  (?-i:(?P<axis> [bc] | a(?=[\s-]*(?:axis|direction)|\s*(?:$|[,.;)])) ))
                  (?:[\s-]*(?:axis|direction))? (?![\w'])
                | \[ (?P<indices> -?\s?\d [\s,]* -?\d [\s,]* -?\d (?:[\s,]* -?\d)? ) \] (?:\s*direction|\s*axis)?
                | \( (?P<plane> -?\s?\d [\s,]* -?\d [\s,]* -?\d (?:[\s,]* -?\d)? ) \) (?:\s*planes?)?
                | (?P<letters> ab|ac|bc|ba|ca|cb )[\s-]*planes?
                | (?P<basal> basal ) [\s-]* planes?
            )
        )
    """
)
"""A direction or plane of the cell."""

_WAY = r"(?:corner|edge|face|vertex|apex|point)"
_WAYS = rf"(?:{_WAY}|vertic|apic)(?:s|es)?"
_JOIN = r"(?:[\s-]*(?:,\s*(?:and|or)\b|,|/|&|\band\b|\bor\b|\bas\s+well\s+as\b)[\s-]*"
_JOIN += r"(?:also\s+)?(?:by\s+|through\s+|via\s+|an?\s+)?)"
_SHARED = r"""
    (?:
        shar(?:ed|ing|e|es) | link(?:ed|ing|age) | connect(?:ed|ing|ion) | join(?:ed|ing|t) | fus(?:ed|ing) | condensed | bridged
        | attached
    )
"""
CONTRAST = _compiled(
    rf"\b(?P<ways>{_WAYS})(?:-?{_SHARED})?[\s-]*,?\s*(?:but|and)\s+(?:not|no|never)\s+(?P<excluded>{_WAYS})[\s-]+{_SHARED}\b"
)
""""Corner- but not edge-sharing"."""
SHARING = _compiled(
    rf"""
        \b (?:(?:trans|cis|all)[\s-]+)? (?P<ways> {_WAYS} (?:-?{_JOIN}{_WAYS})* ) [\s-]+ (?P<adjective>{_SHARED}) \b
      (?:\s+(?=with\b|to\b))?
    """
)
""""Corner- and edge-sharing"."""
SHARE_VERB = _compiled(
    rf"""
        (?:\b(?:that|which|and)\s+)? (?:\b(?:are|is)\s+)?
        \b
        (?:
            (?:share|shares|sharing|shared)
            | (?:have|having|with)(?=(?:\s+[\w-]+){{0,4}}\s+(?:common|shared)\b)
            | (?:linked|connected|joined|fused|condensed|bridged|attached|linking|connecting|connect|link|held)
              (?:\s+together)? \s+ (?:through|via|by|at|along|over|across|on)
        )
        \s+ (?:(?:only|exclusively)\s+)?
        (?:(?:both|any|an?|one|two|three|four|six|all|their|the|common|shared|opposite|whole|some|terminal|triangular|square|rectangular|quadrilateral|pentagonal|hexagonal
            |equatorial|apical|basal|trans|cis|\d)\s+)*
        (?P<ways> {_WAYS} (?:{_JOIN}(?:(?:an?|their|the|common)\s+)*{_WAYS})* ) (?:\s+in\s+common)? \b
        (?!\s+(?:missing|vacant|removed|absent|lost|cut|truncated|capped|lacking))
    """
)
""""Share corners", "linked through edges"."""
TO_EACH = _compiled(r"\b(?P<ways>corner|edge|face|vertex|apex)s?[\s-]+(?:to|on)[\s-]+(?P=ways)(?P<adjective>s?)\b")
""""Edge to edge"."""
LINKED_TO = _compiled(
    r"\b(?:(?:are|is)\s+)?(?:inter)?(?:joined|connected|linked|fused|attached|hooked|bridged)\s+(?:up\s+|together\s+)?"
    r"(?:to|with|(?:by|via|through)(?!\s+(?:[\w-]+\s+){0,3}(?:corners?|edges?|faces?|vert|ap(?:ex|ic)|[\w-]*bond)))\b"
)
"""Polyhedra that are linked to others, before the way is said: "connected to octahedra by corners"."""
LINKING = _compiled(
    r"\b(?:(?:that|which)\s+)?(?:link|connect|bridg|join)(?:s|es|ing)\b"
    r"(?!\s+(?:[\w-]+\s+){0,2}(?:corner|edge|face|vert|ap(?:ex|ic)|by|via|through))"
)
"""Polyhedra that link others: "tetrahedra linking octahedra"."""
BY_WAYS = _compiled(
    rf"""
        \b (?:by|along|at|through|via|over|across) \s+ (?:(?:their|common|shared|the|an?|two|all|equatorial|apical) \s+)*
        (?P<ways>
            (?:corners|edges|faces|vertices|apices|(?<=\ban\s)edge|(?<=\ba\s)(?:corner|face)|(?<=common\s){_WAY})
            (?:{_JOIN}{_WAYS})*
        )
        \b (?!\s+of\s+(?:an?|the)\b)
    """
)
ONLY_SHARING = _compiled(
    rf"\b(?P<only>only|exclusively|solely)(?=\s+(?:shar\w+\s+)?{_WAYS}\b)"
    r"|(?<=(?:ers|ges|ces)\s)(?:only|exclusively|solely|alone)\b(?=\s*(?:$|[,.;]))"
)
""""Only corner-sharing"."""
ISOLATED = _compiled(
    r"""
        \b (?:isolated|discrete|separate|independent|unconnected|disconnected|unlinked|insular
            |non-?(?:connected|linked|sharing|condensed|polymeri[sz]ed)) \b
        (?!\s+(?:clusters?|dimers?|trimers?|tetramers?|groups?|chains?|layers?|rings?|pairs?|molecules?)\b)
        (?:\s+(?:from\s+)?(?:each\s+other|one\s+another))?
      | (?:\b(?:that|which)\s+)? (?:\bare\s+|\bdo\s+)? \b not \s+ (?:share\s+(?:anything|any\s+\w+|ligands|\w+\s+at\s+all)
        | (?:connected|linked|joined|shared)(?:\s+(?:to|with)\s+(?:each\s+other|one\s+another))?)
    """
)
BARE = _compiled(rf"\b{_WAYS}\b(?!\s+of\b)")

CUBIC = _compiled(
    r"(?<=hedral\sor\s)cubic(?:ally)?\b|(?<=hedral\snor\s)cubic(?:ally)?\b|(?<=matic\sor\s)cubic\b|(?<=matic\snor\s)cubic\b|"
    r"\bcubic(?:ally)?(?=[\s-]+(?:coordinat\w+|sites?|environments?|holes?|voids?|interst\w+|fashion|surround\w*|arrangement|"
    r"(?:eight|8)[\s-]*(?:fold|coordinat)|[A-Z][A-Za-z]?O8)\b)"
)
"""The cube as an adjective; elsewhere "cubic" is a crystal system."""
ION = r"(?:fluor|chlor|brom|iod|ox|sulf|sulph|selen|tellur|nitr|hydr|phosph|arsen|hal|chalcogen|pnict)ide"
_ELEMENT = words.SYMBOLS
SITE_NUMBER = _compiled(
    rf"""
        (?<![\w\]]) (?P<of_after>{_ELEMENT}) \s?\[ (?P<after>\d{{1,2}}|{_ROMAN}) \]
      | (?<![\w\]]) \[ (?P<before>\d{{1,2}}|{_ROMAN}) \] \s? (?P<of_before>{_ELEMENT}) (?![\w])
      | \bC\.?N\.? \s? \( \s?(?P<of_cn>{_ELEMENT})\s? \) \s* (?:=|:|is|of)? \s* (?P<cn>\d{{1,2}}) (?!\d)
      | (?<![\w\]]) (?P<of_bracketed>{_ELEMENT}) \s?\( (?P<bracketed>{_ROMAN}) \) (?!\w)
      | (?<![\w\]]) (?!(?:{_ROMAN})\b) (?P<roman>(?:{_ROMAN})(?<=[IVX][IVX])) [\s]? (?P<of_roman>{_ELEMENT}) (?![\w])
    """,
    0,
)
_NAMES = rf"(?:{'|'.join((*words.element_names(), *map(re.escape, words.element_groups())))})s?"
"""Names of elements and of their groups."""
_CHARGE = r"(?:\d?[+−–-](?![\w])|\^\d?[+-])?"
_LIGANDS = r"(?:neighbou?rs?|ligands?|bonds?|contacts?|vertices|corners?|atoms|anions|ions|nearest\s+neighbou?rs?)"
NUMBER_WITH_LIGANDS = _compiled(
    rf"""
        (?:\b(?:surrounded|bonded|linked|bound|coordinated|coordination)\s+(?:by|to|with|of)\s+|\b(?:with|of|by|has|having|between)\s+)
        (?:(?:only|just|exactly|about)\s+)? (?P<n>{_RANGE}) \s+ (?:(?:nearest|close|bonded|equidistant|short|equivalent)\s+)*
        (?P<ligand> (?-i:{_ELEMENT})(?:(?![a-z\d])|(?=\d?[+−–-](?!\w))){_CHARGE} | {ION}s?
            | {_NAMES} )
        (?:\s+{_LIGANDS})? (?![\s-]*(?:sites?|polyhedr|tetrahedr|octahedr)) (?:(?<=[+−–-])|\b)
    """
)
NUMBER_NEIGHBOURS = _compiled(
    rf"""
        (?<![\w-]) (?P<n>{_RANGE}) \s+ (?:(?:nearest|close|bonded|equidistant|short|equivalent)\s+)*
        (?P<ligand> (?-i:{_ELEMENT})(?![a-z\d]) | {ION} | {_NAMES} )
        \s+ (?:nearest\s+)? (?:neighbou?rs?|ligands?|contacts?) \b
    """
)
NUMBER_AROUND = _compiled(
    rf"""
        (?<![\w-]) (?P<n>{_RANGE}) \s+
        (?P<ligand> (?-i:{_ELEMENT})(?![a-z\d]) | {ION}s | {_NAMES} )
        (?:\s+(?:atoms|ions|anions|neighbou?rs|ligands))?
        (?= \s+ (?:around|about|surround\w*|enclos\w*|form\w*|in\s+an?\b|at\s+the\s+corners) )
    """
)
"""Neighbours before their centre: "nine oxygens around La"."""
SUM = _compiled(
    r"""
        (?<![\w.+/]) \(? (?P<sum>\d{1,2}(?:\s?\+\s?\d{1,2})+) \)?
        (?: [\s-]*(?:fold[\s-]*)?(?:coordinat(?:ed?|ion)\b|neighbou?rs\b) | (?![\w+/.]) )
    """
)
_OF_CENTRE = rf"""
    (?:\s+ (?:of|for|around) \s+ (?:the\s+|each\s+)? (?P<centre>(?-i:{_ELEMENT})(?![A-Za-z\d])|{_NAMES})
    (?:\s+(?:atoms?|ions?|sites?|cations?))? \s* [,:]?)?
"""
"""The centre of which a coordination number is told: "coordination number of Sr"."""
LEAST = _compiled(
    rf"""
        \b (?:C\.?\s?N\.?|coordination\s+numbers?) {_OF_CENTRE} \s* (?:of|is|=|:)? \s*
        (?: (?P<more>≥|>=|>|at\s+least|(?:greater|larger|more|higher)\s+than\s+or\s+equal\s+to
            |more\s+than|above|greater\s+than|higher\s+than|larger\s+than
            |exceeding|beyond|over|from)\s* (?P<n1>{_N})
          | (?P<n2>{_N}) \s* (?:\+|and|or|to) \s* (?:more|higher|above|greater|up(?:wards)?) ) \b
      | \b (?P<beyond>more\s+than|higher\s+than|greater\s+than|larger\s+than|over|above|exceeding|beyond) \s+ (?P<n6>{_N})
        [\s-]* (?:fold[\s-]*)? (?:coordinat(?:ed?|ion)|{_LIGANDS}) \b
      | \b at\s+least \s+ (?P<n3>{_N}) [\s-]* (?:fold[\s-]*)? (?:coordinat(?:ed?|ion)|{_LIGANDS}) \b
      | \b at\s+least \s+ (?P<n7>{_N}) \s+ (?P<ligand>(?-i:{_ELEMENT})(?![a-z\d])|{_NAMES})
        (?:\s+{_LIGANDS})? \b
      | \b (?P<n4>{_N}) \s+ or\s+more [\s-]* {_LIGANDS} \b
      | \b (?P<n5>{_N}) [\s-]+ or[\s-]+(?:more|higher)[\s-]+ (?:fold[\s-]*)? coordinat(?:ed?|ion) \b
    """
)
CN = _compiled(
    rf"""
        \b (?:C\.?\s?N\.?|coordination\s+numbers?) {_OF_CENTRE} \s* (?:of\s+(?=\d|{_N})|=|is\s+|between\s+|:|-)? \s* \(?
        (?P<numbers>{_LIST}) (?![\w]) \)?
      | \b coordination \s+ (?:(?P<roman>(?-i:{_ROMAN})) \b | (?P<digits>\d{{1,2}}) (?![\w.:/]|\s*:))
    """
)
COORDINATE = _compiled(
    rf"""
        (?<![\w-])
        (?P<numbers>{_LIST}) [\s-]*
        (?: fold (?:[\s-]+coordinat(?:ed?|ion)\b)?
            (?!\s+(?:axis|axes|rotation|screw|symmetr|inversion|degenera|super|increase|larger
                |disorder|twin|interpenetrat|hel[ix]))
          | coordinat(?:ed?|ion)\b | (?:(?<=-)vert(?:ex|iced)|vertex(?=\s+polyhedr))\b (?!\s+shar)
        )
    """
)
NEIGHBOURS = _compiled(
    rf"""
        (?:\b(?:surrounded|bonded|linked|bound|coordinated)\s+(?:by|to|with)\s+)? (?:\b(?:only|just|exactly)\s+)?
        (?<![\w-]) (?P<numbers>{_LIST}) \s+ (?:(?:nearest|close|bonded|closest|equidistant|other|equivalent|short|near)\s+)*
        (?:
            neighbou?rs? | ligands? | bonds | contacts | vertices | nearest\s+neighbou?rs? | corners
            | (?:atoms|anions|cations|ions|others) (?!\s+(?:per|in\s+(?:the|a|each)\s+(?:\w+\s+)?cell))
        ) \b
    """
)


NOUN = (
    r"(?=[\s-]+(?:\w*hedra\b|\w*hedron\b|(?:\w+[\s-]+)?(?:anti)?prisms?\b|(?:\w+[\s-]+)?(?:bi)?pyramids?\b"
    r"|cubes?\b|squares?\b))"
)


@cache
def of_pattern() -> re.Pattern[str]:
    """The atoms that make a polyhedron: "a tetrahedron of S", "a cube of eight F"."""
    plain = re.sub(r"\(\?P<\w+>", "(?:", words.element_pattern().pattern)
    return re.compile(
        rf"\b(?:(?P<made>made|built|formed|composed|consisting)(?:\s+up)?\s+(?:of|from|by|out\s+of)|of)\s+(?P<element>{plain})(?:\s+(?:atoms|ions|anions))?",
        re.IGNORECASE,
    )


@cache
def square_pattern() -> re.Pattern[str]:
    """A square that is a polyhedron: "in a distorted square", "at the centre of a square", "a square of four O"."""
    plain = re.sub(r"\(\?P<\w+>", "(?:", words.element_pattern().pattern)
    solid = r"(?![\s-]+(?:anti|pri|pyr|bi|di|plan|cupola|lattice|net|grid|cell|face|layer|sheet|tiling))"
    return re.compile(
        rf"\b(?:(?<=\bin\sa\s)|(?<=\bof\sa\s)|(?<=distorted\s)|(?<=regular\s)|(?<=perfect\s)|(?<=\bby\sa\s)|(?<=\binside\sa\s)"
        rf"|(?<=\boccupies\sa\s))square\b{solid}|\bsquares?(?=\s+of\s+(?:{words.NUMBER}\s+)?{plain})"
        rf"|\bsquare(?=\s+(?-i:(?:{words.SYMBOLS}){{2}}4)\b)",
        re.IGNORECASE,
    )


@cache
def oxoanions() -> dict[str, tuple[str, str]]:
    """Centre and ligand of the polyhedra of oxoanions by their names: P and O of "phosphate"."""
    rows = ((names.split(), elements.split(",")) for names, elements in read_rows("compound_names.tsv"))
    return {
        name: (elements[0], elements[1]) for names, elements in rows for name in names
        if name.endswith("ate") and len(elements) == 2 and elements[1] == "O" and "|" not in elements[0]
    }  # fmt: skip


@cache
def oxoanion_pattern() -> re.Pattern[str]:
    """The name of an oxoanion beside its shape: "carbonate triangles", "planar borate"."""
    names_ = "|".join(sorted(map(re.escape, oxoanions()), key=len, reverse=True))
    shape = r"(?=[\s-]+(?:[\w-]+[\s-]+)?(?:\w*hedra\b|\w*hedron\b|triangles?\b|squares?\b|pyramids?\b|\w*prisms?\b))"
    adjectives = ("hedral", "planar", "triangular", "pyramidal", "flat", "square")
    before = "|".join(rf"(?<={word}\s)" for word in adjectives)
    groups = r"(?:[\s-]+(?:anions?|groups?|ions?|units?)\b)?"
    return re.compile(
        rf"(?<![\w-])(?P<oxoanion>{names_})\b(?!-(?:like|type|based|derived)){shape}"
        rf"|(?:{before})(?P<after>{names_})\b(?!-){groups}(?!\s+(?:framework|network|layer|chain|sheet)s?\b)",
        re.IGNORECASE,
    )


EXTENT = _compiled(
    r"""
        \b (?P<slab>
              (?:surface\s+)? slab \b (?:\s+(?:models?|geometry|structures?))?
              (?:\s+with\s+(?:an?\s+)?vacuum(?:\s+\w+)?)? (?!\s+of\b)
            | (?:(?:mono|bi|tri)layers?
                | (?:free-?\s*standing|single)[\s-]+(?:mono)?(?:layers?|sheets?)
                  (?=\s+(?:in|with)\s+(?:an?\s+)?(?:\w+\s+(?:with|of)\s+)?vacuum\b|\s*$|\s*,))
              (?:\s+(?:in|with)\s+(?:an?\s+)?(?:\w+\s+(?:with|of)\s+)?vacuum)? \b (?!\s+of\b)
            | surface\s+models?\b | surface\s+slabs?\b | slabs\s+with\s+(?:an?\s+)?vacuum(?:\s+\w+)?
            | vacuum\s+(?:slab|layer|gap)s?\b
          )
      | \b (?P<molecule>
            (?:isolated\s+|single\s+)? molecules? \s+ in\s+ (?:an?\s+)? (?:large\s+|empty\s+|vacuum\s+)? (?:box|vacuum|cell)
            (?:\s+(?:of|with|full\s+of)\s+vacuum)?
          )
      | \b (?P<wire> nanowires?\b | wires?\s+in\s+(?:an?\s+)?vacuum )
    """
)
_OF = r"(?P<of>\s+(?:(?:made|built|composed|consisting|formed)\s+(?:up\s+)?)?(?:of|from|by|out\s+of)\b)?"
_FORM = r"""
    (?:\b(?:that|which|to)\s+)?
    (?:
        \b (?:form(?:s|ing)?|mak(?:e|es|ing)|build(?:s|ing)?|arranged|linked|connected|stacked|condensed|polymeri[sz]ed|assembled)
        \s+
    )?
    (?:\b(?:in|into|as|to)\s+)? (?:an?\s+)?
"""
UNIT = _compiled(
    rf"""
        {_FORM}
        (?:\b(?:isolated|discrete|separate|finite|infinite|double|triple|quadruple|cross-?linked|endless|extended|parallel|continuous|single|flat|corrugated|puckered|zigzag|straight|linear|dense)[\s-]\s?)*
        \b
        (?:
            (?P<framework>
                (?:three[\s-]+dimensional|3[\s-]?D|open|continuous|rigid)[\s-]+(?:frameworks?|networks?|nets?) | frameworks?
            )
          | (?P<layers>
                (?:two[\s-]+dimensional|2[\s-]?D|planar)[\s-]+(?:networks?|nets?|layers?|sheets?|planes?|frameworks?)
              | layers? | sheets? | planes | plane(?=\s+of\b) | slabs?
            )
          | (?P<chains>
                (?:one[\s-]+dimensional|1[\s-]?D)[\s-]+(?:chains?|networks?|columns?|ribbons?|rods?|strings?|rows?|strands?)
              | chains? | ribbons? | columns? | rods? | strings? | rows? | strands?
            )
          | (?P<finite>
                (?:(?:finite|discrete|isolated|small)\s+)(?:groups?|clusters?|units?)
              | (?P<ring>(?:(?:\w+[\s-]?membered|finite|\d+-)\s+)?rings?)
              | dimers? | trimers? | tetramers? | pairs? | (?:groups?|clusters?|units?)(?=\s+of\b) | islands?
            )
        ) \b {_OF} (?![\s-]*silicat)
    """
)
"""Units that polyhedra build."""
_CRYSTAL = r"(?:[\s-]+(?:crystal\s+)?(?:structures?|crystals?|materials?|compounds?|solids?|phases?)\b)"
_UNITS = r"(?![\s-]+(?:\w+[\s-]+)?(?:networks?|nets?|layers?|sheets?|slabs?|planes?"
_UNITS += r"|frameworks?|chains?|columns?|ribbons?|rods?|strings?|rows?|strands?|rings?)\b)"
_D = {
    number: rf"\b(?:quasi[\s-]*)?(?:{number}|{word})[\s-]*(?:D|dimensional(?:ly[\s-]+(?:bonded|connected|linked|extended))?)"
    r"(?!\w|[\s-]+(?:transition|metal|element|ion|cation|electron|orbital|block|state)s?\b)"
    for number, word in enumerate(("zero", "one", "two", "three"))
}
BONDING = _compiled(
    rf"""
        (?P<two>
              (?<!multi)(?<!multi-)(?<!inter) (?:\bvan\s+der\s+Waals[\s-]+(?:bonded[\s-]+)?)? (?:{_D[2]}[\s-]+)?
              \blayered\b {_CRYSTAL}?
            | (?:{_D[2]}[\s-]+)? \b (?:layer|sheet) (?:-like)? {_CRYSTAL} | {_D[2]}\b {_CRYSTAL}? {_UNITS}
            | \b van\s+der\s+Waals{_CRYSTAL} | \b exfoliable \b
        )
      | (?P<one>
              (?:{_D[1]}[\s-]+)? \b chain (?:-like)? {_CRYSTAL} | \b chain-like \b | {_D[1]}\b {_CRYSTAL}? {_UNITS}
        )
      | (?P<zero>
              \b molecular{_CRYSTAL} | ^\s*molecular\s*$ | (?<=,\s)molecular\b(?=\s*(?:$|,)) | \bmolecular\b(?=\s*,)
            | (?<=\bnot\s)molecular\b | (?<=\bnon-)molecular\b | (?<=\bnor\s)molecular\b
            | (?<=\bor\s)molecular\b | {_D[0]}\b {_CRYSTAL}?
            | \bmolecular\b(?=\s+\w+ides?\b)
        )
      | (?P<three> (?:{_D[3]}[\s-]+)? \b framework{_CRYSTAL} | {_D[3]}\b {_CRYSTAL}? {_UNITS} )
    """
)
EVERY = _compiled(
    rf"""
        \b (?:all|every|each) \s+ (?:of\s+)? (?:the\s+)?
        (?=cations?\b|metals?\b|sites?\b|polyhedra\b|atoms?\b|centres?\b|centers?\b|(?-i:[A-Z][a-z]?(?:\d?[+−–]|\b))|{_NAMES}\b)
      | \b (?:only|exclusively|solely|nothing\s+but) \b (?!\s+(?:shar|corner|edge|face|vert))
      | (?<=sites\s) (?:exclusively|solely) \b
    """
)
ROLE = _compiled(r"\b(?:cations?|(?P<anion>anions?))\b")
DISTORTED = _compiled(
    r"""
        (?:\b (?!octahedrally|tetrahedrally|cubically\s+coord) (?:[a-z]+ly|very|rather|somewhat) \s+ )?
        \b (?:irregular|deformed|non-?\s*ideal|squashed|elongated|flattened|compressed|stretched|strained|skewed|imperfect|warped
             |distorted
             |not\s+(?:regular|ideal))
        (?:\s+and\s+distorted)? \b
    """
)
NOT_DISTORTED = _compiled(
    r"\b(?:(?:that|which)\s+)?(?:is|are|being)\s+(?:not|hardly|never)\s+(?:\w+ly\s+|very\s+)?distorted\b"
)
"""Polyhedra that a sentence calls regular."""
DISTORTED_AFTER = _compiled(
    r"""
        \b (?:is|are|being|becomes?) \s+ (?:[\w-]+ly\s+|rather\s+|very\s+|somewhat\s+)? distorted \b
        (?!\s+(?:\w+\s+)?(?:\w*hedr|\w*pyram|\w*pris|square|trigonal))
    """
)
"""Polyhedra that a sentence calls distorted."""
REGULAR = _compiled(r"\b(?:undistorted|ideal|perfect|perfectly|regular)\b")
NOT = _compiled(
    r"""
        \b (?:but\s+|and\s+)?
        (?:not|no|non(?=-?(?:molecular|layered))-?|non(?![\s-]*metal)|without(?:\s+any)?|never|lack(?:s|ing)?|free\s+of|absence\s+of|other\s+than|rather\s+than
            |instead\s+of|excluding|except(?:\s+for)?|neither|nor) \b (?:\s+(?:in|an?|any|of)\b)?
    """
)
JOINT = _compiled(
    r"(?<=\s)[-–](?=\s)|(?-i:(?<=[A-Za-z]\d)[-–](?=[A-Z][A-Za-z]*\d))|[,;](?:\s(?:and|or|but)\b)?"
    r"|\b(?:and|or|but|with|to|plus|beside|besides|vs\.?|versus)(?!\w)|/|&"
)
GLUE = _compiled(
    r"""
        \b mixed[\s-]+(?:anions?|ligands?) \b | \b heteroleptic \b
      | \b (?-i:[ABMTXZ]\d?)[\s-]+(?:sites?|positions?) \b | \b (?:sites?|positions?)\s+(?-i:[ABMTXZ]\d?) \b
      | \b (?:each\s+other|one\s+another) \b
      | \b (?:networks?|nets?|arrays?) \s+ of \b
      | \b (?:located|situated|hosted|housed|placed|found|sitting|residing|accommodated|incorporated|embedded|lying)
        \s+ (?=in\b|on\b|at\b|within\b|inside\b)
    """
)
POLYHEDRA = _compiled(r"\bpolyhedr(?:a|on|al)\b")


@cache
def names() -> dict[str, str]:
    """Classes of silicates and their relatives, by their names in lower case with single blanks."""
    found: dict[str, str] = {}
    for _, _, *of_arrangement in read_rows("network_names.tsv"):
        for name in of_arrangement:
            general = name.partition(" (")[0]
            if name and general.startswith(
                ("neso", "soro", "cyclo", "ino", "phyllo", "tecto", "ortho", "pyro", "meta", "ultra", "oligo")
            ):
                found[general] = general
    silicates = {name: words.split("; ") for name, words in read_rows("silicate_names.tsv")}
    return found | {word: name for name, also in silicates.items() for word in (name, *also)}


@cache
def name_pattern() -> re.Pattern[str]:
    """Any of :func:`names`."""
    words_ = "|".join(r"[\s-]+".join(map(re.escape, name.split())) for name in sorted(names(), key=len, reverse=True))
    return re.compile(rf"\b(?P<name>(?:{words_})s?)\b", re.IGNORECASE)
