"""Every public result type: what :class:`clics.session.Session` returns, and what tables, panels and reports are made from.

These are plain dataclasses of numbers, strings and tuples; importing them imports nothing heavy. They stand below the rooms
that make them: a room imports its result types from here and defines none of its own. A few names belong to other rooms and
are re-exported for windows: :class:`Crystal` and :class:`Refusal` (:mod:`clics.crystals.crystal`), with which everything
begins, :class:`Evaluation` (:mod:`clics.evaluation.evaluation`), which is made of the tables of its room, and the labels of
concepts, symbols and formulas (:mod:`clics.concepts.labels`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics.concepts.labels import bar as bar
    from clics.concepts.labels import counted as counted
    from clics.concepts.labels import pretty_formula as pretty_formula
    from clics.concepts.labels import pretty_symbol as pretty_symbol
    from clics.concepts.labels import short_phrase as short_phrase
    from clics.crystals.crystal import Crystal as Crystal
    from clics.crystals.crystal import Refusal as Refusal
    from clics.evaluation.evaluation import Evaluation as Evaluation
    from clics.results.analysis import Analyses as Analyses
    from clics.results.analysis import Analysis as Analysis
    from clics.results.analysis import Described as Described
    from clics.results.analysis import Descriptions as Descriptions
    from clics.results.analysis import Failure as Failure
    from clics.results.analysis import RankedPhrase as RankedPhrase
    from clics.results.analysis import RankedSpaceGroup as RankedSpaceGroup
    from clics.results.analysis import Symmetry as Symmetry
    from clics.results.bond_rules import BondRule as BondRule
    from clics.results.bond_rules import BondRules as BondRules
    from clics.results.check import BlockCheck as BlockCheck
    from clics.results.check import FileCheck as FileCheck
    from clics.results.check import Statement as Statement
    from clics.results.chips import Chip as Chip
    from clics.results.chips import Part as Part
    from clics.results.chips import State as State
    from clics.results.dataset import BuildReport as BuildReport
    from clics.results.dataset import DatasetInfo as DatasetInfo
    from clics.results.dataset import PackReport as PackReport
    from clics.results.description import Connection as Connection
    from clics.results.description import Description as Description
    from clics.results.description import Neighbours as Neighbours
    from clics.results.description import Site as Site
    from clics.results.description import SpaceGroup as SpaceGroup
    from clics.results.facts import BondGroup as BondGroup
    from clics.results.facts import Bonding as Bonding
    from clics.results.facts import GeometryFacts as GeometryFacts
    from clics.results.facts import MixedNetwork as MixedNetwork
    from clics.results.facts import Network as Network
    from clics.results.facts import PolyhedronConnection as PolyhedronConnection
    from clics.results.facts import Shape as Shape
    from clics.results.facts import ShapeMeasure as ShapeMeasure
    from clics.results.facts import SiteGeometry as SiteGeometry
    from clics.results.geometry import Atoms as Atoms
    from clics.results.geometry import Bond as Bond
    from clics.results.geometry import CellKind as CellKind
    from clics.results.geometry import CellParameters as CellParameters
    from clics.results.geometry import CifSymmetry as CifSymmetry
    from clics.results.geometry import Geometry as Geometry
    from clics.results.geometry import MoreToCome as MoreToCome
    from clics.results.geometry import Opened as Opened
    from clics.results.geometry import PhraseSites as PhraseSites
    from clics.results.geometry import WyckoffRow as WyckoffRow
    from clics.results.ladder import Rung as Rung
    from clics.results.ladder import SymmetryLadder as SymmetryLadder
    from clics.results.library import OWN_LIBRARY_NAME as OWN_LIBRARY_NAME
    from clics.results.library import AddReport as AddReport
    from clics.results.library import DescribeReport as DescribeReport
    from clics.results.library import Duplicate as Duplicate
    from clics.results.library import DuplicatePolicy as DuplicatePolicy
    from clics.results.library import LibraryGeometryRow as LibraryGeometryRow
    from clics.results.library import LibraryGeometryRows as LibraryGeometryRows
    from clics.results.library import LibraryInfo as LibraryInfo
    from clics.results.library import LibraryRow as LibraryRow
    from clics.results.library import LibraryRows as LibraryRows
    from clics.results.library import LibraryState as LibraryState
    from clics.results.library import ModelInfo as ModelInfo
    from clics.results.library_map import LibraryMap as LibraryMap
    from clics.results.library_map import MapScores as MapScores
    from clics.results.lists import Crystals as Crystals
    from clics.results.provenance import Provenance as Provenance
    from clics.results.queries import SearchQuery as SearchQuery
    from clics.results.queries import SimilarQuery as SimilarQuery
    from clics.results.report import VERDICTS as VERDICTS
    from clics.results.report import Orbit as Orbit
    from clics.results.report import Report as Report
    from clics.results.report import Scored as Scored
    from clics.results.report import SimilarCrystal as SimilarCrystal
    from clics.results.search import Hit as Hit
    from clics.results.search import Reason as Reason
    from clics.results.search import ScoredConcept as ScoredConcept
    from clics.results.search import SearchResult as SearchResult
    from clics.results.search import SiteMatch as SiteMatch
    from clics.results.search import Superposition as Superposition
    from clics.results.training import FIGURES as FIGURES
    from clics.results.training import Curves as Curves
    from clics.results.training import Device as Device
    from clics.results.training import Estimate as Estimate
    from clics.results.training import ModelRow as ModelRow
    from clics.results.training import ModelRows as ModelRows
    from clics.results.training import MovedHit as MovedHit
    from clics.results.training import MovedPhrase as MovedPhrase
    from clics.results.training import TrainingOptions as TrainingOptions
    from clics.results.training import TrainingResult as TrainingResult
    from clics.results.training import TrainingState as TrainingState

_NAMES = {
    "concepts.labels": ("bar", "counted", "pretty_formula", "pretty_symbol", "short_phrase"),
    "crystals.crystal": ("Crystal", "Refusal"),
    "evaluation.evaluation": ("Evaluation",),
    "results.analysis": ("Analyses", "Analysis", "Described", "Descriptions", "Failure", "RankedPhrase", "RankedSpaceGroup",
                         "Symmetry"),
    "results.bond_rules": ("BondRule", "BondRules"),
    "results.check": ("BlockCheck", "FileCheck", "Statement"),
    "results.chips": ("Chip", "Part", "State"),
    "results.dataset": ("BuildReport", "DatasetInfo", "PackReport"),
    "results.description": ("Connection", "Description", "Neighbours", "Site", "SpaceGroup"),
    "results.facts": (
        "BondGroup", "Bonding", "GeometryFacts", "MixedNetwork", "Network", "PolyhedronConnection", "Shape", "ShapeMeasure",
        "SiteGeometry",
    ),
    "results.geometry": (
        "Atoms", "Bond", "CellKind", "CellParameters", "CifSymmetry", "Geometry", "MoreToCome", "Opened", "PhraseSites",
        "WyckoffRow",
    ),
    "results.ladder": ("Rung", "SymmetryLadder"),
    "results.library": (
        "OWN_LIBRARY_NAME", "AddReport", "DescribeReport", "Duplicate", "DuplicatePolicy",
        "LibraryGeometryRow", "LibraryGeometryRows",
        "LibraryInfo", "LibraryRow", "LibraryRows", "LibraryState", "ModelInfo",
    ),
    "results.lists": ("Crystals",),
    "results.library_map": ("LibraryMap", "MapScores"),
    "results.provenance": ("Provenance",),
    "results.queries": ("SearchQuery", "SimilarQuery"),
    "results.report": ("VERDICTS", "Orbit", "Report", "Scored", "SimilarCrystal"),
    "results.search": ("Hit", "Reason", "ScoredConcept", "SearchResult", "SiteMatch", "Superposition"),
    "results.training": (
        "FIGURES", "Curves", "Device", "Estimate", "ModelRow", "ModelRows", "MovedHit", "MovedPhrase", "TrainingOptions",
        "TrainingResult", "TrainingState",
    ),
}  # fmt: skip
_MODULES = {name: f"clics.{module}" for module, names in _NAMES.items() for name in names}
__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    """Import the module of a type when it is first asked for (PEP 562): most callers need few of them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
