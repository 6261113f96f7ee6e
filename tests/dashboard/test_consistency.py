"""The same figure everywhere: what pages show is what the API and its CSV say, at random months and moments known.

Pages are read as a browser would show them; nothing of theirs is asked but text and links.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from dashboard.access import CALLBACKS
from dashboard.locale import speaking
from dashboard.wording import status_word
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import last_day, parse_period
from metrics.plan.store import plan_at
from metrics.results import Status
from tests.dashboard.drawn import nodes, of_class, said, why_body, window
from tests.metrics.queries.test_views import post

UNITS = ("441202", "441203", "441204", "441223", "ZQ-YUEGUI")
PERIODS = ("2019-07", "2019-08", "2019-09", "2019-10")
POINTS = 5
EXPLAINED = 4
Row = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """What is looked at: a month, what was known by a place in the ledger (None: now), and the language."""

    month: str
    as_of: int | None
    language: str

    @property
    def on(self) -> str:
        period = parse_period(self.month)
        assert period is not None
        return last_day(period).isoformat()

    def search(self, **more: str) -> str:
        known = {} if self.as_of is None else {"as_of": str(self.as_of)}
        return "?" + urlencode({"month": self.month, **known, "lang": self.language, **more})


class Reader:
    """An evaluator's browser, and the figures it shows."""

    def __init__(self, client: TestClient, point: Point) -> None:
        self.client, self.point = client, point

    def page(self, path: str, **more: str) -> Any:
        return window(self.client, path, self.point.search(**more))

    def table(self, name: str, **more: str) -> list[Row]:
        """The dataset as CSV; its JSON says the same."""
        known = {} if self.point.as_of is None else {"as_of": str(self.point.as_of)}
        query = urlencode(more | known)
        answer = self.client.get(f"/api/v1/{name}.csv?{query}")
        assert answer.status_code == 200, answer.text
        rows: list[Row] = list(csv.DictReader(io.StringIO(answer.text)))
        items = self.client.get(f"/api/v1/{name}.json?{query}").json()
        assert [{key: _as_csv(value) for key, value in item.items()} for item in items] == rows
        return rows

    def explanation(self, unit: str, target: str) -> str:
        body = why_body(f"#why={unit}/{target}", "/", self.point.search())
        return said(self.client.post(CALLBACKS, json=body).json()["response"]["why"]["children"])


def _as_csv(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def history(session: WriteSession) -> list[int]:
    """Returns of five units and four months with later corrections; every place in the ledger on the way."""
    draw, places = random.Random(2019), []
    cells = [(unit, period) for unit in UNITS for period in PERIODS if (unit, period) != ("441204", "2019-09")]
    for unit, period in [*draw.sample(cells, len(cells)), *draw.choices(cells, k=10)]:
        online = draw.randint(450, 990)
        places.append(post(session, unit, period, items_online=online, items_full_online=draw.randint(0, 400)))
    return places


def points(places: list[int], newest: int) -> Iterator[Point]:
    draw = random.Random(83)
    for number in range(POINTS):
        as_of = None if number == 0 else draw.choice([*places[5:], newest])
        yield Point(draw.choice(PERIODS[1:]), as_of, ("zh", "en")[number % 2])


def test_every_figure_on_a_page_is_the_one_in_the_files(
    evaluator: TestClient, session: WriteSession, history: list[int]
) -> None:
    plan = plan_at(session)
    compared: dict[str, int] = {}
    for point in points(history, newest_seq(session)):
        reader = Reader(evaluator, point)
        with speaking(point.language):
            verdicts = {(row["unit_code"], row["target_code"]): row for row in reader.table("progress", on=point.on)}
            rates = reader.table("rates", period_to=point.month)
            for name, compare in WALKS.items():
                compared[name] = compared.get(name, 0) + compare(reader, verdicts, rates, plan)
    assert compared.keys() == WALKS.keys()
    assert all(count >= POINTS * 4 for count in compared.values()), compared
    assert sum(compared.values()) > 2000, compared


def matrix(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Every cell of the whole matrix: the value, and the word of its status."""
    cells = of_class(reader.page("/", targets="all"), "cell")
    seen = {}
    for cell in cells:
        link = cell["props"]["children"]
        seen[_named(link["props"]["href"])] = said(link)
    assert seen.keys() == verdicts.keys()
    for key, text in seen.items():
        _same(text.lstrip("↓⌄↩"), verdicts[key], key)
    return len(seen)


def headline(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """The four instruments: the city's values."""
    cards = of_class(reader.page("/"), "card-value")
    for card in cards:
        (link,) = [node for node in nodes(card) if "href" in node["props"]]
        (figure,) = of_class(card, "figure")
        key = _named(link["props"]["href"])
        assert _plain(said(figure)) == (verdicts[key]["value"] or "—"), (reader.point, key)
    return len(cards)


def units(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Two units' rows: value, distance, pace, light; and the courses in the table views."""
    count = 0
    for unit in ("441200", random.Random(reader.point.month).choice(UNITS)):
        page = reader.page(f"/units/{unit}")
        for row in _rows(page, "progress"):
            (light,) = of_class(row, "light")
            (link,) = [node for node in nodes(light) if "href" in node["props"]]
            verdict = verdicts[_named(link["props"]["href"])]
            cells = [_plain(said(cell)) for cell in row["props"]["children"]]
            key = (reader.point, unit, verdict["target_code"])
            assert _number(cells[3]) == verdict["value"], key
            assert _number(cells[5]) == verdict["gap"], key
            assert _number(cells[6]) == verdict["required_pace"], key
            assert said(light).startswith(status_word(Status(verdict["status"]))), key
            count += 4
        count += _courses(page, rates, plan, indicator=None)
    return count


def target_pages(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Two targets: the ranking's values and the table of courses."""
    count = 0
    for target in ("TG-05A", "TG-05B"):
        page = reader.page(f"/targets/{target}")
        for value in of_class(page, "ranking-value"):
            key = _named(value["props"]["href"])
            text = said(value)
            _same(text, verdicts[key], key)
            count += 1
        count += _courses(page, rates, plan, indicator=plan.target_revisions[target][-1].indicator)
    return count


def leaderboard(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Every rank, score and movement."""
    by_code = {row["unit_code"]: row for row in reader.table("leaderboard", period=reader.point.month)}
    page = reader.page("/leaderboard")
    count = 0
    for row in _rows(page, "figures"):
        links = [node for node in nodes(row) if "/units/" in str(node["props"].get("href", ""))]
        if not links:
            continue  # of another table
        code = links[0]["props"]["href"].split("/units/")[1].split("?")[0]
        expected = by_code[code]
        cells = [_plain(said(cell)) for cell in row["props"]["children"]]
        assert _number(cells[1]) == expected["rank"], (reader.point, code)
        assert _number(cells[2]) == expected["score"], (reader.point, code)
        movement = {"=": "0", "—": ""}.get(cells[4], cells[4].replace("▲ ", "").replace("▼ ", "-"))
        assert movement == expected["movement"], (reader.point, code)
        count += 3
    assert count == 3 * len(by_code)
    return count


def explanations(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Some verdicts explained: value, counts and threshold stand in the words."""
    ratios = {(row["unit_code"], row["period"], row["indicator_code"]): row for row in rates}
    draw = random.Random(reader.point.on)
    valued = [row for row in verdicts.values() if row["value"] and row["status"] != "not_applicable"]
    for verdict in draw.sample(valued, EXPLAINED):
        words = _plain(reader.explanation(verdict["unit_code"], verdict["target_code"])).replace(",", "")
        rate = ratios[verdict["unit_code"], verdict["period"], verdict["indicator_code"]]
        for figure in (verdict["value"], verdict["threshold"], rate["numerator"], rate["denominator"]):
            assert figure in words, (reader.point, verdict["unit_code"], verdict["target_code"], figure)
    return EXPLAINED * 4


WALKS: dict[str, Callable[[Reader, dict[tuple[str, str], Row], list[Row], Any], int]] = {
    "matrix": matrix,
    "headline": headline,
    "units": units,
    "targets": target_pages,
    "leaderboard": leaderboard,
    "explanations": explanations,
}


def _courses(page: Any, rates: list[Row], plan: Any, *, indicator: str | None) -> int:
    """The tables of courses on a page: months across, values as in the file. Answers how many values there were."""
    values = {(row["unit_code"], row["period"], row["indicator_code"]): row for row in rates}
    count = 0
    for link in nodes(page):
        href = str(link["props"].get("href", ""))
        if "#why=" not in href or href.startswith("#") or "month=" not in href:
            continue
        unit, target = _named("#" + href.split("#")[1])
        month = href.split("month=")[1][:7]
        code = indicator or plan.target_revisions[target][-1].indicator
        row = values[unit, month, code]
        text = _plain(said(link))
        if row["state"] != "unreported" and row["value"]:
            assert text == row["value"], (unit, month, code)
            count += 1
    return count


def _same(text: str, verdict: Row, key: object) -> None:
    """A value with its status word, or the word alone."""
    word = status_word(Status(verdict["status"]))
    written = _plain(text)
    assert written.endswith(word), (key, written, word)
    shown = written.removesuffix(word).strip()
    assert _number(shown) == (verdict["value"] if verdict["status"] != "no_data" else ""), (key, text, verdict["value"])


def _number(text: str) -> str:
    """The number a text begins with, as a file writes it; nothing if it is a dash."""
    head = text.strip().split(" ")[0].replace("<+0.01", "0.00")  # too little for two decimals
    digits = head.lstrip("+")
    end = next((i for i, sign in enumerate(digits) if not (sign.isdigit() or sign in ".-")), len(digits))
    found = digits[:end]
    if not any(sign.isdigit() for sign in found):
        return ""
    Fraction(found)  # a number, nothing else
    return found


def _plain(text: str) -> str:
    return text.replace("−", "-")


def _named(href: str) -> tuple[str, str]:
    unit, _slash, target = href.removeprefix("#why=").partition("/")
    return unit, target


def _rows(page: Any, table: str) -> list[Any]:
    """The rows of the bodies of tables of a class."""
    return [
        row
        for found in of_class(page, table)
        for body in nodes(found)
        if body["type"] == "Tbody"
        for row in body["props"]["children"]
    ]
