"""Items of geometry become conditions: which words speak of the same polyhedra, how these share, and what they build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clics.concepts import phrases
from clics.query.geometry import formulas
from clics.query.geometry import grammar_patterns as patterns
from clics.query.geometry.clusters import Cluster, clusters_of, share_centres
from clics.query.geometry.gaps import gap_has_content, text_between
from clics.query.geometry.items import Item
from clics.query.geometry.read_term import ReadTerm
from clics.query.geometry.terms import GeometryTerm, Polyhedra

_FURTHER = 1_000
"""Places from here on are of further terms that the same words state."""
_HYPHENS = ("-", "–")
_TOGETHER = ("and", "with", "plus", "&", "/", *_HYPHENS)


def terms_of(text: str, items: Iterable[Item]) -> list[ReadTerm]:
    """The terms of a text.

    Args:
        text: The text in which the items were found.
        items: Its items, in its order.
    """
    parts = clusters_of(text, list(items))
    share_centres(text, parts)
    return _Assembler(text, parts).terms()


# ---- sharing, networks, bonding ---------------------------------------------------------------------------------------


class _Assembler:
    """Puts clusters, ways of sharing and units together."""

    def __init__(self, text: str, parts: list[Cluster | Item]) -> None:
        self._text = text
        self._parts = parts
        self._terms: dict[int, ReadTerm] = {}  # by place of the cluster or item among the parts
        self._partners: dict[int, int] = {}  # place of the polyhedra that are named second, to that of the term
        self._used: set[int] = set()

    def terms(self) -> list[ReadTerm]:
        """All terms, in the order of the text."""
        for place, part in enumerate(self._parts):
            if isinstance(part, Cluster) and part.says_something:
                self._add_cluster(place, part)
        self._join_alternatives()
        for place, part in enumerate(self._parts):
            if isinstance(part, Item):
                if part.kind == "isolated":
                    self._isolated(place, part)
                elif part.kind == "sharing":
                    self._sharing(place, part)
        for place, part in enumerate(self._parts):
            if part.kind == "linked":
                self._any_way(place)
        for place, part in enumerate(self._parts):
            if isinstance(part, Item):
                if part.kind == "part":
                    self._part(place, part)
                elif part.kind == "unit":
                    self._unit(place, part)
                elif part.kind in ("bonding", "extent", "name"):
                    self._whole(place, part)
        for place, part in enumerate(self._parts):
            if isinstance(part, Item) and part.kind == "axis":
                self._axis(place, part)
        self._negate()
        return sorted(self._terms.values(), key=lambda read: (read.start, read.end))

    def _add_cluster(self, place: int, part: Cluster) -> None:
        """A term for a cluster; one for each number of "4- and 6-coordinate Al"."""
        p = part.polyhedra
        each = any(item.kind == "number" and item.word == "each" for item in part.items) and not p.shapes
        for later, number in enumerate(p.numbers[1:] if each else ()):
            term = GeometryTerm(polyhedra=replace(p, numbers=(number,)), every=part.every)
            self._terms[4000 + 100 * place + later] = ReadTerm(term, part.spans, part.negated)
        own = replace(p, numbers=p.numbers[:1]) if each else p
        self._terms[place] = ReadTerm(GeometryTerm(polyhedra=own, every=part.every), part.spans, part.negated)

    # -- steps

    def _join_alternatives(self) -> None:
        """Shapes or numbers joined by "or" are alternatives: "HPR-12 or HAPR-12"."""
        for place in sorted(place for place in self._terms if place < _FURTHER):
            later = [other for other in sorted(self._terms) if place < other < _FURTHER]
            if not later:
                continue
            other = later[0]
            between = self._parts[place + 1 : other]
            if (
                not all(isinstance(part, Item) and part.kind == "joint" and "or" in part.word for part in between)
                or not between
            ):
                continue
            one, two = self._terms[place], self._terms[other]
            a, b = one.term.polyhedra, two.term.polyhedra
            if one.negated != two.negated or bool(a.shapes) != bool(b.shapes):
                continue
            if (a.elements and b.elements and a.elements != b.elements) or a.formula or b.formula:
                continue
            centre = b if b.elements else a
            joined = replace(
                centre, shapes=a.shapes + b.shapes,
                numbers=a.numbers + b.numbers if a.numbers and b.numbers else (),
            )  # fmt: skip
            self._terms[other] = ReadTerm(replace(two.term, polyhedra=joined), one.spans + two.spans, two.negated)
            del self._terms[place]

    def _isolated(self, place: int, item: Item) -> None:
        target = self._after(place) if self._after(place) is not None else self._before(place)
        if target is not None:
            read = self._terms[target]
            read.term = replace(read.term, sharing=("isolated",))
            read.spans.append((item.start, item.end))
            if self._negated(place):  # no isolated tetrahedra
                read.negated = True

    def _sharing(self, place: int, item: Item) -> None:
        """A way of sharing belongs to the polyhedra after an adjective, and before a verb."""
        negated = self._negated(place)
        named = place > 0 and self._kind(place - 1) == "only"
        inside = place + 1 < len(self._parts) and self._kind(place + 1) == "only"
        only = named or inside or item.only
        spans = [(item.start, item.end)] + ([self._span(place - 1)] if named else [])
        spans += [self._span(place + 1)] if inside else []
        after, before = (
            self._after(place, over=("unit", "sharing", "joint", "not", "only")),
            self._before(
                place,
                over=("joint", "only", "not", "unit")
                if item.word == "verb"
                or (negated and not isinstance(next(iter(self._parts[place + 1 :]), None), Cluster))
                else ("joint", "only", "unit"),
            ),
        )
        follows = item.word == "adjective" and after is not None and not self._far(place, after)
        if before is not None and self._is_linked_to(place):  # tetrahedra edge-linked to octahedra
            follows = False
        target = after if follows else before
        if target is None:
            target = after
        earlier = [read for read in self._terms.values() if read.term.sharing and read.end <= item.start]
        if target is None and negated and earlier:  # corner-sharing tetrahedra but no edge-sharing
            same = earlier[-1].term
            self._terms[place] = ReadTerm(replace(same, sharing=item.ways, partner=None, network=()), spans, negated)
            return
        if target is None:
            self._terms[place] = ReadTerm(GeometryTerm(sharing=item.ways, either=item.flag, only=only), spans, negated)
            return
        target, partner = self._linked(target) or self._ends(place, target)
        read = self._terms[target]
        new = replace(
            read.term, sharing=item.ways, either=item.flag, only=only,
            partner=None if partner is None else self._terms[partner].term.polyhedra,
        )  # fmt: skip
        if new.partner == new.polyhedra:
            new = replace(new, partner=None)
        if partner is not None:
            spans += self._terms[partner].spans
            self._partners[partner] = target
        if negated and follows and not read.term.sharing:  # no edge-sharing tetrahedra
            read.term, read.negated = new, True
            read.spans += spans
            return
        if read.term.sharing or negated:  # a further way: "corner- but not edge-sharing"
            key = max(self._terms) + 1000 + place
            self._terms[key] = ReadTerm(new, [*read.spans, *spans], negated)
            return
        read.term = new
        read.spans += spans
        if item.excluded:
            excluded = ReadTerm(replace(new, sharing=item.excluded), [*read.spans], negated=True)
            self._terms[3000 + place] = excluded
        self._bare(place, target)
        self._around(place, target)

    def _around(self, place: int, target: int) -> None:
        """A centre after the way: "tetrahedra sharing corners around Zr"."""
        part = self._parts[place + 1] if place + 1 < len(self._parts) else None
        read = self._terms[target]
        if not isinstance(part, Cluster) or part.says_something or read.term.polyhedra.elements:
            return
        if part.items[0].word == "around" and part.polyhedra.elements and not self._far(place, place + 1):
            read.term = replace(read.term, polyhedra=read.term.polyhedra.with_centre(part.polyhedra))
            read.spans += part.spans

    def _bare(self, place: int, target: int) -> None:
        """Further ways after the first: "sharing corners but not edges"."""
        for later in range(place + 1, min(place + 4, len(self._parts))):
            part = self._parts[later]
            if isinstance(part, Item) and part.kind == "bare":
                read = self._terms[target]
                term = replace(read.term, sharing=part.ways, only=False)
                negated = self._negated(later)
                self._terms[2000 + later] = ReadTerm(term, [*read.spans, (part.start, part.end)], negated)
                return
            if not isinstance(part, Item) or part.kind not in ("joint", "not"):
                return

    def _is_linked_to(self, place: int) -> bool:
        part = self._parts[place + 1] if place + 1 < len(self._parts) else None
        return isinstance(part, Item) and part.kind == "joint" and part.word in ("to", "with")

    def _linked(self, target: int) -> tuple[int, int] | None:
        """The polyhedra before "linked to" and those after it, before the way is said: "linked to octahedra by edges"."""
        if target > 1 and self._kind(target - 1) == "linked" and target - 2 in self._terms:
            self._terms[target - 2].spans.append(self._span(target - 1))
            self._used.add(target - 1)
            return target - 2, target
        return None

    def _any_way(self, place: int) -> None:
        """Polyhedra that are linked to others in whatever way: "octahedra linked by tetrahedra"."""
        target, partner = self._before(place), self._after(place)
        if place in self._used or target is None or partner is None or partner in self._partners:
            return
        read, other = self._terms[target], self._terms[partner]
        if (
            read.term.sharing
            or other.term.sharing
            or read.negated
            or other.negated
            or not self._parts_are_nouns(target, partner)
        ):
            return
        read.term = replace(read.term, sharing=phrases.SHARINGS, either=True, partner=other.term.polyhedra)
        read.spans += [self._span(place), *other.spans]
        self._partners[partner] = target

    def _ends(self, place: int, target: int) -> tuple[int, int | None]:
        """The polyhedra of a connection, and the other ones: after "with" or "to", or of "octahedra and tetrahedra"."""
        last = max(place, target)
        nexts = [p for p in sorted(self._terms) if last < p < _FURTHER]
        if nexts and (other := nexts[0]) is not None:
            between = self._parts[last + 1 : other]
            wordy = [part.word for part in between if isinstance(part, Item) and part.kind == "joint"]
            plain = all(isinstance(part, Item) and part.kind == "joint" for part in between)
            links = {"with", "to", "-", "–"} if target < place else {"and", "with", "to", "-", "–"}
            read = self._terms[other]
            if (
                plain
                and wordy
                and wordy[-1] in links
                and not read.negated
                and not read.term.sharing
                and (target < place or self._parts_are_nouns(target, other))
                and not gap_has_content(self._text, self._end(last), read.start)
            ):
                return target, other
        if target < place:
            earlier = [p for p in sorted(self._terms) if p < target]
            if earlier:
                other = earlier[-1]
                between = self._parts[other + 1 : target]
                if between and all(isinstance(p, Item) and p.kind == "joint" and p.word == "and" for p in between):
                    first = self._terms[other]
                    if not first.negated and not first.term.sharing and self._parts_are_nouns(other, target):
                        return other, target
        return target, None

    def _parts_are_nouns(self, one: int, other: int) -> bool:
        parts = [self._parts[place] for place in (one, other)]
        return all(isinstance(part, Cluster) and (part.noun or part.polyhedra.formula) for part in parts)

    def _part(self, place: int, item: Item) -> None:
        """A layer or chain by its formula: "CoO2 layers"."""
        unit_at = place + 1
        following = self._parts[unit_at] if unit_at < len(self._parts) else None
        before = self._parts[place - 1] if place > 0 else None
        if isinstance(before, Item) and before.kind == "unit" and before.word == "of":  # layers of MoS2
            following, unit_at = before, place - 1
        shape = self._shape_of_part(place)
        if shape is not None:  # Si2O7 double tetrahedra
            read = self._terms[shape]
            polyhedra = replace(read.term.polyhedra, elements=item.elements, ligands=(item.word,), role="any")
            read.term = replace(read.term, polyhedra=polyhedra, network=(0,), network_formula=item.formula)
            read.spans.append((item.start, item.end))
            return
        if not isinstance(following, Item) or following.kind != "unit":
            group = patterns.GROUP.match(self._text, item.end)
            end = item.end if group is None else group.end()
            if group is not None or formulas.is_oxoanion(item.formula):  # Si2O7 groups
                polyhedra = Polyhedra(elements=item.elements, ligands=(item.word,), role="any")
                term = GeometryTerm(polyhedra=polyhedra, network=(0,), network_formula=item.formula)
                self._terms[place] = ReadTerm(term, [(item.start, end)], self._negated(place))
            return
        self._used.add(unit_at)
        polyhedra = Polyhedra(elements=item.elements, ligands=(item.word,), role="any")
        term = GeometryTerm(
            polyhedra=polyhedra, network=following.dimensions, network_formula=item.formula, ring=following.flag
        )
        adjectives = patterns.BEFORE_PART.search(self._text, 0, item.start)
        start = item.start if adjectives is None else adjectives.start()
        spans = [(start, item.end), (following.start, following.end)]
        if place > 0 and self._kind(place - 1) == "sharing":
            sharing = self._terms.pop(place - 1, None)
            if sharing is not None:
                term = replace(term, sharing=sharing.term.sharing, either=sharing.term.either)
                spans = [*sharing.spans, *spans]
        self._terms[place] = ReadTerm(term, spans, self._negated(place))

    def _shape_of_part(self, place: int) -> int | None:
        """The place of the polyhedra of a finite group by its formula: of "Si2O7 double tetrahedra"."""
        item, target = self._parts[place], self._after(place, over=("sharing",))
        if target is None or not isinstance(item, Item) or not formulas.is_oxoanion(item.formula):
            return None
        own = self._terms[target].term.polyhedra
        return target if own.shapes and own == Polyhedra(shapes=own.shapes) else None

    def _unit(self, place: int, item: Item) -> None:
        """What polyhedra build: "layers of CoO6", "CoO6 layers", "octahedra that form chains"."""
        if place in self._used:
            return
        after = self._after(place, over=("sharing", "isolated", "only"))
        forms = patterns.FORMED.match(self._text, item.start) is not None
        over = ("sharing", *(("joint",) if forms else ()), *(("not",) if self._negated(place) else ()))
        before = self._before(place, over)
        target = after if item.word == "of" else before
        target = self._partners.get(-1 if target is None else target, target)
        if (
            target is not None
            and self._terms[target].term.polyhedra == Polyhedra()
            and not self._terms[target].term.sharing
        ):
            target = None
        if target is not None and not self._terms[target].term.network:
            read = self._terms[target]
            if (
                patterns.IN_A_FRAMEWORK.match(self._text, item.start)
                and item.dimensions == (3,)
                and not read.term.sharing
            ):
                term = GeometryTerm(bonding=(3,))  # ZnN4 tetrahedra in a framework: that of the crystal
                self._terms[5000 + place] = ReadTerm(term, [(item.start, item.end)], self._negated(place))
                return
            if self._negated(place) and item.word != "of":  # octahedra, not in chains
                term = replace(read.term, network=item.dimensions, ring=item.flag)
                self._terms[5000 + place] = ReadTerm(term, [*read.spans, (item.start, item.end)], negated=True)
                return
            read.negated = read.negated or self._negated(place)  # no chains of octahedra
            read.term = replace(read.term, network=item.dimensions, ring=item.flag)
            read.spans.append((item.start, item.end))
            self._adjective(place, target)
            self._together(place, target, follows=item.word == "of")
            return
        axis = next((p for p in (place + 1, place - 1) if 0 <= p < len(self._parts) and self._kind(p) == "axis"), None)
        alone = patterns.EXPLICIT.match(self._text, item.start) or (item.dimensions != (0,) and self._is_alone(place))
        if (axis is not None or alone) and target is None and item.word != "of":  # layers stacked along c; 3D framework
            self._terms[place] = ReadTerm(
                GeometryTerm(bonding=item.dimensions), [(item.start, item.end)], self._negated(place)
            )

    def _adjective(self, place: int, target: int) -> None:
        """A shape before the network, of the polyhedra after it: "tetrahedral framework of SiO4"."""
        part, read = self._parts[place - 1] if place else None, self._terms[target]
        if not isinstance(part, Cluster) or place - 1 not in self._terms or target < place or part.noun or part.negated:
            return
        own, other = self._terms[place - 1].term.polyhedra, read.term.polyhedra
        fits = {int(symbol.rpartition("-")[2]) for symbol in own.shapes} & set(other.numbers)
        if own == Polyhedra(shapes=own.shapes) and not other.shapes and fits and not self._far(place - 1, place):
            read.term = replace(read.term, polyhedra=replace(other, shapes=own.shapes))
            read.spans += part.spans
            del self._terms[place - 1]

    def _together(self, place: int, target: int, *, follows: bool) -> None:
        """A second kind of polyhedra in a network: "framework of octahedra and tetrahedra", "octahedra and tetrahedra form …"."""
        near = [p for p in sorted(self._terms) if p < _FURTHER and ((p > target) if follows else (p < target))]
        read = self._terms[target]
        if not near or read.term.sharing or read.term.partner is not None:
            return
        other = near[0] if follows else near[-1]
        between = self._parts[min(other, target) + 1 : max(other, target)]
        joints = [part.word for part in between if isinstance(part, Item) and part.kind == "joint"]
        second, last = self._terms[other], self._parts[max(other, target)]
        if len(joints) != len(between) or not joints or joints[-1] not in _TOGETHER:
            return
        if second.negated or read.negated or second.term.sharing or second.term.network:
            return
        hyphen = joints[-1] in _HYPHENS
        if not (hyphen or self._parts_are_nouns(target, other)) or gap_has_content(
            text_between(self._text, self._parts, min(target, other), max(target, other)), 0, 10**6
        ):
            return
        after = self._parts[place + 1 :] if not follows else self._parts[max(other, target) + 1 :]
        if (
            follows and after and after[0].kind == "unit" and after[0].start - last.end <= 1
        ):  # octahedra and tetrahedral chains
            return
        kinds = (read.term.polyhedra, second.term.polyhedra)
        one, two = kinds if follows else reversed(kinds)
        read.term = replace(read.term, polyhedra=one, partner=two)
        read.spans += second.spans
        self._partners[other] = target

    def _is_alone(self, place: int) -> bool:
        """True for an item of a list, or the whole text."""
        around = [p for p in (place - 1, place + 1) if 0 <= p < len(self._parts)]
        if not all(self._kind(p) in ("joint", "not") for p in around):
            return False
        start = self._parts[place - 1].end if place > 0 else 0
        end = self._parts[place + 1].start if place + 1 < len(self._parts) else len(self._text)
        rest = self._text[start : self._parts[place].start] + self._text[self._parts[place].end : end]
        joints = [p for p in around if self._kind(p) == "joint"]
        commas = all(self._text[self._parts[p].start : self._parts[p].end].startswith((",", ";")) for p in joints)
        return commas and not patterns.WORD.search(rest)

    def _whole(self, place: int, item: Item) -> None:
        """Bonding, extent and class of the whole crystal; the network of polyhedra after "one-dimensional"."""
        target = self._after(place, over=("sharing", "isolated")) if item.kind == "bonding" and item.word else None
        part = None if target is None else self._parts[target]
        if target is not None and isinstance(part, Cluster) and (part.noun or part.polyhedra.formula):
            read = self._terms[target]
            if not read.term.network:
                read.term = replace(read.term, network=item.dimensions)
                read.spans.append((item.start, item.end))
                read.negated = read.negated or self._negated(place)
                return
        if item.kind == "bonding":
            term = GeometryTerm(bonding=item.dimensions)
        elif item.kind == "extent":
            term = GeometryTerm(extent=item.extent)
        else:
            term = GeometryTerm(name=item.word)
        self._terms[place] = ReadTerm(term, [(item.start, item.end)], self._negated(place))

    def _axis(self, place: int, item: Item) -> None:
        """A direction or plane belongs to the chains or layers before it, or after it."""
        candidates = [
            read for read in self._terms.values() if read.term.network or read.term.bonding or read.term.network_formula
        ]
        before = [read for read in candidates if read.end <= item.start]
        near = max(before, key=lambda read: read.end, default=None) or min(
            candidates, key=lambda read: read.start, default=None
        )
        if near is None:
            self._run_along(item)
            return
        near.term = replace(near.term, plane=item.indices) if item.flag else replace(near.term, direction=item.indices)
        near.spans.append((item.start, item.end))

    def _run_along(self, item: Item) -> None:
        """Polyhedra that run along a direction are chains: "face-sharing octahedra running along c"."""
        linked = [read for read in self._terms.values() if read.term.sharing and read.end <= item.start]
        if linked and not item.flag and patterns.RUNNING.match(self._text, item.start):
            read = max(linked, key=lambda read: read.end)
            read.term = replace(read.term, network=(1,), direction=item.indices)
            read.spans.append((item.start, item.end))

    def _negate(self) -> None:
        for place in self._partners:
            self._terms.pop(place, None)

    # -- neighbours

    def _kind(self, place: int) -> str:
        part = self._parts[place]
        return part.kind

    def _span(self, place: int) -> tuple[int, int]:
        part = self._parts[place]
        return part.start, part.end

    def _end(self, place: int) -> int:
        return self._parts[place].end if place < len(self._parts) else self._terms[place].end

    def _negated(self, place: int) -> bool:
        return place > 0 and self._kind(place - 1) == "not"

    def _far(self, place: int, target: int) -> bool:
        """True if words with content or a comma stand between."""
        between = self._parts[place + 1 : target]
        comma = any(isinstance(p, Item) and p.kind == "joint" and p.word in (",", ";") for p in between)
        return comma or gap_has_content(text_between(self._text, self._parts, place, target), 0, 10**6)

    def _after(self, place: int, over: tuple[str, ...] = ()) -> int | None:
        for later in range(place + 1, len(self._parts)):
            if later in self._terms:
                return later if not self._far(place, later) else None
            if self._kind(later) not in over:
                return None
        return None

    def _before(self, place: int, over: tuple[str, ...] = ()) -> int | None:
        for earlier in range(place - 1, -1, -1):
            if earlier in self._terms:
                return earlier
            part = self._parts[earlier]
            idle = isinstance(part, Cluster) and not part.says_something and "joint" in over
            if self._kind(earlier) not in over and not idle:
                return None
        return None
