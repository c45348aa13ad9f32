"""Results in a row: tuples that notebooks show as a table and pandas takes as a data frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from pandas import DataFrame

    from clics.crystals.crystal import Crystal, Refusal
    from clics.results.table import Table

T = TypeVar("T")


class ResultList(tuple[T, ...]):
    """A tuple of results of one type."""

    __slots__ = ()

    def to_dataframe(self) -> DataFrame:
        """The results as a pandas data frame. Raises ClicsError (``no-pandas``) where pandas is not installed."""
        return self._table().to_dataframe()

    def _repr_html_(self) -> str:
        return self._table().to_html()

    def __str__(self) -> str:
        return self._table().to_text()

    def __repr__(self) -> str:
        return str(self) if self else f"{type(self).__name__}()"

    def _entries(self) -> Iterable[object]:
        """The items, or what stands for them in a table."""
        return self

    def _table(self) -> Table:
        from clics.results.table import to_table

        return to_table(self._entries())


CrystalOrRefusal: TypeAlias = "Crystal | Refusal"


class Crystals(ResultList[CrystalOrRefusal]):
    """Crystals that were read, in order, with a refusal for everything that is none."""

    __slots__ = ()

    def _entries(self) -> Iterable[object]:
        for item in self:
            row: dict[str, Any] = {
                "id": "",
                "formula": "",
                "sites": None,
                "ordered": None,
                "source": item.source,
                "block": item.block,
            }
            if hasattr(item, "structure"):
                crystal = cast("Crystal", item)
                row |= {"id": crystal.id, "formula": crystal.formula, "sites": crystal.num_sites}
                yield {**row, "ordered": crystal.is_ordered}
            else:
                yield {**row, "error": item.kind, "message": item.message}
