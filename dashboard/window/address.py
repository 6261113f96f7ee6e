"""Where a reader is: path, month judged, known as of, level of units, language and what else the page keeps.

An address says everything a page shows, so that a link reproduces it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from dashboard.locale import DEFAULT, LANGUAGES
from dashboard.window.outage import AWAY
from metrics.database import read_session
from metrics.errors import PlanMissing
from metrics.moments import as_of_text, read_as_of
from metrics.periods import format_period, parse_period
from metrics.plan.model import Document
from metrics.plan.store import plan_at

PROJECTOR = "projector"
_EMBED = ("embed", "1")
_LONGEST, _LONGEST_KEPT, _LONGEST_UNIT = 8000, 4000, 64
KEPT = (
    "targets",
    "unit",
    "period",
    "show",
    "since",
    "state",
    "base",
    "map",
    "group",
    "kind",
    "lead",
    "phase",
    "sample",
    "compare",
    "page",
    "rows",
    "layout",
    "user",
    "role",
    "action",
    "outcome",
    "address",
    "request_id",
    "until",
    "before",
    "finding",
    "span",
    "multiples",
    "columns",
    "sort",
    "where",
    "pinned",
    "reason",
)  # what pages keep for themselves
# What the data page keeps: the pull that is being put together, lists with commas.
PULL = (
    "dataset",
    "element",
    "indicator",
    "target",
    "period_from",
    "period_to",
    "basis",
    "history",
    "since",
    "after_seq",
    "peer",
    "task",
    "format",
    "across",
)
SEVERAL = frozenset({"unit"})  # of these an address may name several, one parameter each
_READ = frozenset({"month", "as_of", "release", "under", "lang", "view", "embed", *KEPT, *PULL})


@dataclass(frozen=True, slots=True)
class Address:
    """`month` None: the one judged by default; `as_of` None: now. `misread`: parameters that could not be understood.

    `release`: the number of the release that decides what is known and on which basis; then `as_of` is None.
    `under`: the unit whose level of the tree is shown, None for the root's.
    `projected`: shown to a room, large and without what only serves the one at the keyboard.
    `embedded`: shown in somebody else's page; its links lead to the pages themselves, so no address says so by itself.
    """

    path: str = "/"
    month: date | None = None
    as_of: datetime | int | None = None
    release: int | None = None
    under: str | None = None
    language: str = DEFAULT
    projected: bool = False
    embedded: bool = False
    kept: tuple[tuple[str, str], ...] = ()
    misread: tuple[tuple[str, str], ...] = field(default=())

    def keeps(self, name: str) -> str | None:
        return dict(self.kept).get(name)

    def keeps_all(self, name: str) -> tuple[str, ...]:
        """Everything that the address names so, each once, in its order."""
        return tuple(dict.fromkeys(value for kept, value in self.kept if kept == name))

    def href(self) -> str:
        """The address as it stands in a link, the same for equal ones."""
        return _written(self.path, (*self.common, *self.kept))

    @property
    def common(self) -> list[tuple[str, str]]:
        """What all pages have in their address: the times, the level, the language and the room."""
        parts = self.times + [("under", self.under or "")] * (self.under is not None)
        parts += [("lang", self.language)] * (self.language != DEFAULT)
        return parts + [("view", PROJECTOR)] * self.projected

    @property
    def times(self) -> list[tuple[str, str]]:
        """The month judged and up to when things are known, as parameters of an address."""
        parts = []
        if self.month is not None:
            parts.append(("month", format_period(self.month)))
        return parts + self.vintage

    @property
    def vintage(self) -> list[tuple[str, str]]:
        """Up to when things are known, as parameters of an address."""
        if self.release is not None:
            return [("release", str(self.release))]
        return [] if self.as_of is None else [("as_of", as_of_text(self.as_of))]

    @property
    def present(self) -> bool:
        """True if things are shown as known now, neither as of an earlier moment nor as a release has them."""
        return self.as_of is None and self.release is None

    def to(self, path: str, **kept: str | Sequence[str]) -> str:
        """The address of another page, seen at the same times and in the same language."""
        return _written(path, (*self.common, *_pairs(kept)))

    def at_desk(self, path: str, **kept: str) -> str:
        """The address of a clerk's own page, which knows no other time than now."""
        now = Address(path=path, language=self.language, kept=tuple(kept.items()))
        return now.href()

    def keeping(self, **kept: str | Sequence[str] | None) -> str:
        """The address of this page with some of what it keeps changed; None leaves a thing out."""
        return _written(self.path, (*self.common, *_pairs(self._by_name | kept)))

    def without(self, *names: str) -> Address:
        """This address without some of what it keeps."""
        return replace(self, kept=tuple((name, value) for name, value in self.kept if name not in names))

    def understood(self, left_out: Sequence[tuple[str, str]]) -> Address:
        """This address without `left_out`, name and value, and whatever else could not be read."""
        kept = tuple(part for part in self.kept if part not in left_out)
        under = None if ("under", self.under) in left_out else self.under
        return replace(self, misread=(), under=under, kept=kept)

    def naming(self, **kept: str) -> Address:
        """This address, with what it left open named, in the order in which addresses are read."""
        merged = self._by_name | kept
        return replace(self, kept=_pairs({name: merged[name] for name in (*KEPT, *PULL) if name in merged}))

    @property
    def _by_name(self) -> dict[str, str | Sequence[str] | None]:
        return {name: self.keeps_all(name) for name, _value in self.kept}

    def at(self, *, month: date | None, as_of: datetime | int | None) -> str:
        """The address of this page at other times, outside any release."""
        return replace(self, month=month, as_of=as_of, release=None).href()

    def below(self, under: str | None) -> str:
        """The address of this page for another level of the tree of units, at its first page; None: the root's."""
        return replace(self.without("page"), under=under).href()

    def in_month(self, month: date | None) -> str:
        """The address of this page for another month, of the same vintage."""
        return replace(self, month=month).href()

    def released(self, number: int) -> str:
        """The address of this page as a release has it."""
        return replace(self, as_of=None, release=number).href()

    def speaking(self, language: str) -> str:
        """The address of this page in another language."""
        return replace(self, language=language).href()

    def pinned(self, *, month: date | None, as_of: int | None, release: int | None) -> Address:
        """This page at a month and a place in the ledger, or in a release, for one person."""
        return replace(self, month=month, as_of=as_of, release=release, projected=False, embedded=False)

    def embedding(self) -> str:
        """The address of this page for somebody else's."""
        return _written(self.path, (*self.common, *self.kept, _EMBED))

    def projecting(self, projected: bool) -> str:
        """The address of this page for a room, or for one person."""
        return replace(self, projected=projected).href()

    def csv(self, dataset: str, **parameters: str | Sequence[str]) -> str:
        """The address of a dataset as CSV for spreadsheets, at the same times and in the same language."""
        return self.file(dataset, "csv", **parameters, bom="1")

    def file(self, dataset: str, form: str, **parameters: str | Sequence[str]) -> str:
        """The address of a dataset in a form of the API, at the same times and in the same language."""
        parts = [*parameters.items(), ("lang", self.language), *self.vintage]
        return f"/api/v1/{dataset}.{form}?{urlencode(parts, doseq=True)}"


def _pairs(kept: Mapping[str, str | Sequence[str] | None]) -> tuple[tuple[str, str], ...]:
    """As parameters, one for each of several values; None is none."""
    values = ((name, [value] if isinstance(value, str) else value or ()) for name, value in kept.items())
    return tuple((name, one) for name, several in values for one in several)


@lru_cache(maxsize=4096)
def _written(path: str, parts: tuple[tuple[str, str], ...]) -> str:
    """A page has the same few addresses hundreds of times."""
    return path + (f"?{urlencode(parts)}" if parts else "")


def plan_timezone() -> str:
    """The time zone of the plan; its default while there is none, or no database to ask, as the page then says."""
    try:
        with read_session() as session:
            return plan_at(session).document.timezone
    except (*AWAY, PlanMissing):
        return str(Document.model_fields["timezone"].default)


def is_embedded(search: str) -> bool:
    """True if an address asks for a page as it stands in another one."""
    return _EMBED in parse_qsl(search.lstrip("?")[:_LONGEST])


def address_of(pathname: str | None, search: str | None, *, timezone: Callable[[], str] = plan_timezone) -> Address:
    """Read an address. What cannot be understood is left out and listed in `misread`, never an error.

    `timezone`: of local times in it.
    """
    pairs = parse_qsl((search or "").lstrip("?")[:_LONGEST], keep_blank_values=False)
    given = dict(pairs)
    query = {name: value for name, value in given.items() if "\0" not in name + value}  # no text of ours holds NUL
    misread = [(name.replace("\0", "�"), given[name].replace("\0", "�")) for name in given if name not in query]
    month, as_of, release = None, None, None
    if "month" in query:
        month = parse_period(query["month"])
        misread += [("month", query["month"])] * (month is None)
    if "release" in query:
        release = _release_number(query["release"])
        misread += [("release", query["release"])] * (release is None)
        misread += [(name, value) for name, value in query.items() if name == "as_of"]  # the release says when
    elif "as_of" in query:
        as_of = read_as_of(query["as_of"], timezone=timezone)
        misread += [("as_of", query["as_of"])] * (as_of is None)
    language = query.get("lang", DEFAULT)
    misread += [("lang", language)] * (language not in LANGUAGES)
    view = query.get("view")
    misread += [("view", view)] if view not in (None, PROJECTOR) else []
    misread += [(name, value) for name, value in query.items() if name not in _READ]
    misread += [(name, value) for name, value in query.items() if name == _EMBED[0] and value != _EMBED[1]]
    misread += [
        (n, value) for n, value in dict.fromkeys(pairs) if n in query and n not in SEVERAL and value != given[n]
    ]
    return Address(
        path=plain_path(pathname),
        month=month,
        as_of=as_of,
        release=release,
        under=query["under"][:_LONGEST_UNIT] if "under" in query else None,
        language=language if language in LANGUAGES else DEFAULT,
        projected=view == PROJECTOR,
        embedded=is_embedded(search or ""),
        kept=_kept(query, pairs),
        misread=tuple(misread),
    )


def _kept(query: Mapping[str, str], pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What pages keep, in one order of names; of a name that may stand several times every value, each once."""
    values = {name: [value[:_LONGEST_KEPT]] for name, value in query.items()}
    for several in SEVERAL & query.keys():
        values[several] = list(dict.fromkeys(value for name, value in pairs if name == several and "\0" not in value))
    return _pairs({name: values[name] for name in (*KEPT, *PULL) if name in values})


def _release_number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    return number or None


def plain_path(pathname: str | None) -> str:
    """The path of an address, without a slash at its end."""
    return "/" + (pathname or "/")[:_LONGEST].strip("/")
