"""A bulletin as a document: blocks of words, of figures that nobody types over, of tables and charts. Pure.

A paragraph is a template: words, and figures by their keys in braces. What is edited is the template alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeVar, cast

Part = TypeVar("Part")
FIGURE = re.compile(r"\{([^{}]*)\}")
# Numbers that are written in words; digits are found by what they are.
_IN_WORDS = re.compile(
    r"百分之|[〇零一二两三四五六七八九十百千万亿]{2,}(?=[个项家户份天日名位件次倍])"
    r"|\b(?:ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand|per ?cent)\b",
    re.IGNORECASE,
)


_BREAK = re.compile(r"[\x0b\x0c]")  # Word's own ends of lines and pages, which come with text that was copied from it
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML does not hold


def printable(part: Part) -> Part:
    """`part`, a text or what holds texts, without what no document holds; what ended lines elsewhere ends them here."""
    found: Any = part
    if isinstance(part, str):
        found = _NO_TEXT.sub("", _BREAK.sub("\n", part))
    elif isinstance(part, tuple):
        found = tuple(map(printable, part))
    elif isinstance(part, Mapping):
        found = {printable(key): printable(one) for key, one in part.items()}
    elif is_dataclass(part) and not isinstance(part, type):
        found = replace(part, **{one.name: printable(getattr(part, one.name)) for one in fields(part) if one.init})
    return cast(Part, found)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in a paragraph: its key, and how it is written."""

    key: str
    text: str


Run = str | Shown
FIGURE_OF = re.compile(
    r"((?:[=≥≤] )?[+\u2212]?[\d.,]*\d(?: [A-Za-z]+| ?(?:%|[\u4e00-\u9fff]{1,3}))[,.;:，。；：、]?)"
)  # and the sign or word after it, with the stop that closes it
# Between these a line breaks: words, and wide characters one by one, a closing sign with what it closes.
_PARTS = re.compile(r"[^\s\u2e80-\uffff]+\s*|[《（“]?[\u2e80-\uffff][》）”，。]?|.")
_TITLE_LINE = 19.0  # wide characters of a line of the title, with room for wider letters
# Of tables, in wide characters: a column's least and most, what lies around its text, the page's width in either size.
_NARROWEST, _WIDEST, _WIDEST_OF_MANY, _AROUND, _ROOM, _ROOM_OF_MANY = 2.0, 16.0, 10.0, 1.2, 42.0, 49.0
_MANY = 7  # columns: a table with more of them is set smaller
_DAY_FROM_RIGHT, _FROM_RIGHT = 4.0, 2.0  # characters of what is signed: GB/T 9704-2012, 7.3.5; where it is not Chinese


@dataclass(frozen=True, slots=True)
class DocumentHeading:
    """`level` 1 is a chapter, 2 the title of an annex."""

    level: Literal[1, 2]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`template`: words with figures by key in braces; `figures`: how each is written; `edited`: not as generated.

    `style`: how it stands: the body's, the addressees' line, what is signed at the end, or a notice.
    """

    key: str
    template: str
    figures: Mapping[str, str] = field(default_factory=dict)
    style: Literal["body", "addressees", "signature", "notice"] = "body"
    edited: bool = False

    @property
    def lines(self) -> tuple[tuple[Run, ...], ...]:
        """The paragraphs on paper that it makes, each as runs; none if it was emptied."""
        return tuple(runs for line in self.template.split("\n") if (runs := tuple(self._runs(line))))

    @property
    def text(self) -> str:
        return "\n".join("".join(as_text(run) for run in line) for line in self.lines)

    @property
    def from_right(self) -> tuple[float, ...]:
        """How many characters from the right each line of what is signed ends: the day four, as where a seal is put,
        and whoever signs in the middle above it, or at the edge where the name is long.
        """
        lines = ["".join(as_text(run) for run in line) for line in self.lines]
        if not lines or lines[-1].isascii():
            return (_FROM_RIGHT,) * len(lines)
        day = width_of(lines[-1])
        return tuple(max(0.0, _DAY_FROM_RIGHT + (day - width_of(line)) / 2) for line in lines)

    @property
    def has_own_number(self) -> bool:
        """True if its words, the figures left out, hold a number."""
        words = FIGURE.sub(" ", self.template)
        return bool(_IN_WORDS.search(words)) or any(unicodedata.category(character) == "Nd" for character in words)

    def _runs(self, line: str) -> list[Run]:
        found: list[Run] = []
        for place, part in enumerate(FIGURE.split(line.strip())):
            if part:
                found.append(Shown(part, self.figures[part]) if place % 2 else part)
        return found


def unparted(text: str) -> str:
    """`text` in which no line ends between a figure and what it counts: 100 %, 0.52 pp, 11 counties."""
    return FIGURE_OF.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def width_of(text: str) -> float:
    """About how wide a text is, in wide characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.55 for character in text)


def _longest_word(text: str) -> float:
    """The widest part of a text that no line breaks: a word up to a hyphen, a number, a wide character."""
    parts = "".join(f" {sign} " if width_of(sign) == 1 else sign for sign in text.replace("-", "- ")).split()
    return max(map(width_of, parts), default=0)


def _heading_width(text: str) -> float:
    """What a heading needs over its column: it breaks between words, and anywhere where there are no spaces."""
    return max(width_of(text) / 2, *(width_of(word) for word in text.split() if word.isascii()), 0)


def as_text(run: Run) -> str:
    return run.text if isinstance(run, Shown) else run


@dataclass(frozen=True, slots=True)
class TableColumn:
    heading: str
    numbers: bool = False  # written to the right


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """`rows` are cells as they are written, as many as columns."""

    key: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_wide(self) -> bool:
        """True if it has so many columns that it is set in smaller type."""
        return len(self.columns) > _MANY

    @property
    def widths(self) -> tuple[float, ...]:
        """The share of the width that each column takes; they add up to 1.

        By what stands in it. Where the page is too narrow for that, no column gets less than its longest word needs,
        which would stand in the next one, and what is left goes to those that have more to say.
        """
        most, room = (_WIDEST_OF_MANY, _ROOM_OF_MANY) if self.is_wide else (_WIDEST, _ROOM)
        least, wanted = [], []
        for place, column in enumerate(self.columns):
            cells = [row[place] for row in self.rows]
            least.append(_AROUND + max([_NARROWEST, *map(_longest_word, [column.heading, *cells])]))
            whole = max([_heading_width(column.heading), *map(width_of, cells)])
            wanted.append(max(least[-1], min(most, _AROUND + whole)))
        spare, more = room - sum(least), sum(wanted) - sum(least)
        part = 1.0 if more == 0 else min(max(spare / more, 0.0), 1.0)
        wide = [narrow + part * (broad - narrow) for narrow, broad in zip(least, wanted, strict=True)]
        return tuple(width / sum(wide) for width in wide)


@dataclass(frozen=True, slots=True)
class Bar:
    """`part`: its length, 0 to 1; `word`: how it stands. `line`: where the threshold lies, None without one;
    `ahead`: it is not due yet.
    """

    label: str
    shown: str
    part: Fraction
    word: str = ""
    line: Fraction | None = None
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars. Whatever it shows stands in a table of the same document too."""

    key: str
    title: str
    bars: tuple[Bar, ...]

    @property
    def text(self) -> str:
        """What it shows, for those who listen."""
        return "; ".join(" ".join(filter(None, (bar.label, bar.shown, bar.word))) for bar in self.bars)


Block = DocumentHeading | Paragraph | DocumentTable | Chart


@dataclass(frozen=True, slots=True)
class BulletinDocument:
    """`synthetic`: its figures are the demonstration's, said on every page; `notes`: what it stands on, at its end."""

    language: str
    period: str
    version: int
    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    synthetic: bool

    @property
    def title_lines(self) -> tuple[str, ...]:
        """The title in lines of about one length, so that none is left with a character or two."""
        parts = _PARTS.findall(self.title)
        count = -int(-width_of(self.title) // _TITLE_LINE)
        lines, most = [""], width_of(self.title) / max(count, 1) + 1
        for part in parts:
            if lines[-1] and width_of((lines[-1] + part).rstrip()) > most and len(lines) < count:
                lines.append("")
            lines[-1] += part
        return tuple(line.strip() for line in lines)

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def tables(self) -> tuple[DocumentTable, ...]:
        return tuple(block for block in self.blocks if isinstance(block, DocumentTable))

    def as_json(self) -> dict[str, Any]:
        """The document for machines, and for the version that comes after it: paragraphs and tables by key."""
        return {
            "language": self.language,
            "period": self.period,
            "version": self.version,
            "title": self.title,
            "synthetic": self.synthetic,
            "blocks": [_block(block) for block in self.blocks],
            "notes": list(self.notes),
        }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, DocumentHeading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {
            "kind": "paragraph",
            "key": block.key,
            "text": block.text,
            "figures": {key: text for key, text in block.figures.items() if f"{{{key}}}" in block.template},
            "edited": block.edited,
            "own_number": block.edited and block.has_own_number,
        }
    if isinstance(block, Chart):
        return {"kind": "chart", "key": block.key, "title": block.title, "text": block.text}
    columns = [column.heading for column in block.columns]
    rows = [list(row) for row in block.rows]
    return {"kind": "table", "key": block.key, "title": block.title, "columns": columns, "rows": rows}
