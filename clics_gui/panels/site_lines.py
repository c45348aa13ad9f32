"""Rows of sites, networks and connections, made from the facts of geometry. No Qt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clics.results.facts import Network
from clics.results.geometry_words import (
    SiteRow,
    direction_words,
    measure_words,
    network_words,
    polyhedra_words,
    shape_words,
    site_rows,
    told_networks,
)

from clics_gui.style.labels import counted, pretty_formula, pretty_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clics.results import GeometryFacts, MixedNetwork, PolyhedronConnection, Shape, ShapeMeasure, SiteGeometry

MOST_ANGLES = 3
"""Different angles of a connection that are listed one by one; more are given as a range."""
MOST_LABELS = 6
"""Sites that are listed by label; further ones are counted."""
NARROW = "\N{NO-BREAK SPACE}"
_SHARED = {"corner": "corners", "edge": "edges", "face": "faces"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list.

    Attributes:
        key: Its words, by which the highlighted row is known.
        site: Its begin, in bold.
        text: The rest of the first line.
        detail: Second line, muted.
        note: Short text at the right.
        tip: Tooltip.
        atoms: The sites, as indices into the crystal shown.
        element: Element of the sites; empty where there are several.
        polyhedron: Formula of their polyhedra, typeset; empty where there are several.
    """

    key: str
    site: str
    text: str
    detail: str = ""
    note: str = ""
    tip: str = ""
    atoms: tuple[int, ...] = ()
    element: str = ""
    polyhedron: str = ""


def site_lines(facts: GeometryFacts) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """One row for each orbit: ``Mo 2c · CN 6 · trigonal prism``, and below ``MoS₆ · Mo–S 2.417 Å ×6 · layers of …``.

    Returns:
        Cations and neutral sites, and the anions; in a crystal without cations all rows are in the first.
    """
    lines = [_site_line(site, row, facts) for site, row in zip(facts.sites, site_rows(facts), strict=True)]
    anions = [site.role == "anion" for site in facts.sites]
    if all(anions):
        return tuple(lines), ()
    shown = tuple(line for line, anion in zip(lines, anions, strict=True) if not anion)
    return shown, tuple(line for line, anion in zip(lines, anions, strict=True) if anion)


def network_lines(facts: GeometryFacts) -> tuple[Line, ...]:
    """The networks of cation-centred polyhedra, without those that another one repeats."""
    return tuple(_network_line(network, facts) for network in told_networks(facts))


def connection_lines(facts: GeometryFacts) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The connections of polyhedra of each formula: those of cations and neutral sites, and those of anions."""
    sites = {site.label: site for site in facts.sites}
    groups: dict[tuple[str, str, str], list[PolyhedronConnection]] = {}
    for each in facts.connections:
        if each.site in sites and each.to in sites:
            first, second = (sites[label].polyhedron or label for label in (each.site, each.to))
            groups.setdefault((first, each.sharing, second), []).append(each)
    lines = [
        (sites[group[0].site].role == "anion", _connection_line(key, group, sites)) for key, group in groups.items()
    ]
    return tuple(line for anion, line in lines if not anion), tuple(line for anion, line in lines if anion)


def typeset(text: str, facts: GeometryFacts, formula: str = "") -> str:
    """A text with subscripts in the formulas of the crystal and its polyhedra."""
    formulas = {
        formula,
        *(site.polyhedron for site in facts.sites),
        *(network.polyhedron for network in facts.networks),
    }
    return _typeset(text, (each for each in formulas if each))


def _typeset(text: str, formulas: Iterable[str]) -> str:
    for formula in sorted(formulas, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(formula)}(?![\w.]*\w)", pretty_formula(formula), text)
    return text


def _site_line(site: SiteGeometry, row: SiteRow, facts: GeometryFacts) -> Line:
    shape = shape_words(site, measure=False)
    if site.angle is not None and site.coordination_number == 2:
        shape += f" ({site.angle:.1f}°)"
    bonds = row.bonds.replace(" Å", f"{NARROW}Å").replace(" ×", f"{NARROW}×")
    detail = (pretty_formula(row.polyhedron), bonds, typeset(row.networks, facts))
    measured = site.shape is not None and site.shape.named and site.shape.nearest is not None and not site.angle
    return Line(
        key=row.site,
        site=row.site,
        text="".join(f" · {part}" for part in (row.coordination, shape) if part),
        detail=" · ".join(part for part in detail if part),
        note=f"S {measure_words(site.shape.nearest.value)}" if measured and site.shape and site.shape.nearest else "",
        tip=_site_tip(site),
        atoms=site.atoms,
        element=site.element,
        polyhedron=pretty_formula(row.polyhedron),
    )


def _site_tip(site: SiteGeometry) -> str:
    lines = [
        f"{site.label}: {counted(len(site.atoms), 'site')} in this cell, "
        f"site symmetry {pretty_symbol(site.site_symmetry)}, {site.role}"
    ]
    if site.coordination_number == 2 and site.angle is not None:
        lines.append(f"Bond angle {site.angle:.1f}°")
    elif site.shape is not None:
        lines += _shape_tip(site.shape, pretty_symbol(site.site_symmetry))
    lines.append("Click to highlight these sites.")
    return "\n".join(lines)


def _shape_tip(shape: Shape, symmetry: str) -> list[str]:
    if shape.nearest is None:
        return []
    lines = [f"Closest shape: {_measured(shape.nearest)}"]
    if shape.second is not None:
        lines.append(f"Second closest: {_measured(shape.second)}")
    if shape.excluded is not None:
        lines.append(f"Excluded by the site symmetry {symmetry}: {_measured(shape.excluded)}")
    return [*lines, "S: continuous shape measure, 0 = ideal"]


def _measured(measure: ShapeMeasure) -> str:
    return f"{measure.name} ({measure.symbol}), S {measure_words(measure.value)}"


def _network_line(network: Network | MixedNetwork, facts: GeometryFacts) -> Line:
    words = network_words(network)
    where = "" if network.indices is None else direction_words(network.indices, network.dimensionality)
    shape, name, polyhedra = "", "", [polyhedra_words(network)]
    if isinstance(network, Network):
        shapes = [site.shape.nearest for site in facts.sites if site.label in network.sites and site.shape is not None]
        shape = next((near.name for near in shapes if near is not None and near.symbol == network.symbol), "")
        name = network.name or ""
    else:
        polyhedra = list(network.polyhedra)
    detail = (where, shape, name, f"centres {_listed(network.sites)}" if len(network.sites) > 1 else "")
    chief = words.removesuffix(where).strip() if where else words
    return Line(
        key=_typeset(words, polyhedra),
        site="",
        text=_typeset(chief[:1].upper() + chief[1:], polyhedra),
        detail=" · ".join(part for part in detail if part),
        tip="Click to highlight the centres of these polyhedra.",
        atoms=tuple(sorted({atom for site in facts.sites if site.label in network.sites for atom in site.atoms})),
    )


def _connection_line(
    key: tuple[str, str, str], group: Sequence[PolyhedronConnection], sites: dict[str, SiteGeometry]
) -> Line:
    first, sharing, second = key
    counts: Counter[str] = Counter()
    for each in group:
        counts[each.site] += each.count
    centres = sorted({atom for each in group for label in (each.site, each.to) for atom in sites[label].atoms})
    words = f"{pretty_formula(first)} shares {_SHARED.get(sharing, sharing)} with {_span(counts.values())}"
    angles = sorted({angle for each in group for angle in each.angles})
    return Line(
        key=f"{first} {sharing} {second}",
        site="",
        text=f"{words} {pretty_formula(second)}",
        detail=f"angles {_angles(angles)}" if angles else "",
        tip=f"{_listed(counts)} {'have' if len(counts) > 1 else 'has'} these connections.\n"
        "Click to highlight the centres of both.",
        atoms=tuple(centres),
    )


def _span(counts: Iterable[int]) -> str:
    numbers = list(counts)
    least, most = min(numbers), max(numbers)
    return str(least) if least == most else f"{least}–{most}"


def _angles(angles: Sequence[float]) -> str:
    if len(angles) <= MOST_ANGLES:
        return ", ".join(f"{angle:.1f}°" for angle in angles)
    return f"{angles[0]:.1f}–{angles[-1]:.1f}°"


def _listed(labels: Iterable[str]) -> str:
    names = list(labels)
    return ", ".join(names) if len(names) <= MOST_LABELS else f"{', '.join(names[:MOST_LABELS])}, … ({len(names)})"
