"""A slide as values: words and figures as they are written on the page it is of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MOST_ROWS = 14  # of the table beside the chart; more are counted


@dataclass(frozen=True, slots=True)
class SlideSeries:
    """One series of bars: a figure as it is written for every category, None where there is none.

    `colours`: of each bar, as `RRGGBB`, or one for all.
    """

    name: str
    figures: tuple[str | None, ...]
    colours: tuple[str, ...]

    @property
    def values(self) -> tuple[Decimal | None, ...]:
        """The figures as numbers: exactly what is written."""
        return tuple(None if figure is None else number(figure) for figure in self.figures)

    def colour(self, place: int) -> str:
        return self.colours[place if len(self.colours) > 1 else 0]


@dataclass(frozen=True, slots=True)
class SlideChart:
    """Bars, the first category on top. `signed`: they are changes. `line`: a height in the caption that decides.

    `named`: several series of equal standing, told apart by their colours, which are named in their order.
    `said`: what categories are called where there is room for more than beside a bar; empty: as beside it.
    `in_document`: the caption where bars have one colour and the second series is a line across each; empty: as here.
    """

    caption: str
    categories: tuple[str, ...]
    series: tuple[SlideSeries, ...]
    decimals: int = 2
    signed: bool = False
    line: Decimal | None = None
    named: bool = False
    said: tuple[str, ...] = ()
    in_document: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What each category is called in words."""
        return self.said or self.categories

    @property
    def text(self) -> str:
        """What it shows, for those who listen."""
        shown = []
        for place, category in enumerate(self.names):
            names = [f"{one.name} " if self.named else "" for one in self.series]
            figures = [f"{name}{one.figures[place] or '—'}" for name, one in zip(names, self.series, strict=True)]
            shown.append(f"{category} {' / '.join(figures)}")
        return f"{self.caption}: {'; '.join(shown)}"

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """From the least to the greatest value that is drawn, 0 included."""
        values = [Fraction(value) for one in self.series for value in one.values if value is not None]
        values += [Fraction(0)] + ([] if self.line is None else [Fraction(self.line)])
        return min(values), max(values)


@dataclass(frozen=True, slots=True)
class SlideTable:
    """Cells as they are written; the first column names the rows, `texts`: further columns that are no numbers."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Slide:
    """`title`: the finding; `under`: what it is of; `more`: said under a table that has more rows than are shown.

    `clauses`: where the plan says so, word for word; `foot`: the day judged, what was known, the document.
    `synthetic`: what to say where its figures are the demonstration's, empty where they are not.
    """

    name: str
    language: str
    title: str
    under: str
    chart: SlideChart | None
    table: SlideTable
    more: str
    clauses: tuple[str, ...]
    foot: tuple[str, ...]
    synthetic: str


def number(figure: str) -> Decimal:
    """A figure as it is written, +1.20 or −0.40 or <+0.01, as a number; the last is 0, as in files."""
    plain = figure.replace("−", "-").replace(",", "")
    return Decimal(0) if plain.startswith("<") else Decimal(plain)
