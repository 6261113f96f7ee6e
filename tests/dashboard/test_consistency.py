"""The same figure everywhere: what pages show is what the API and its CSV say, at random months and moments known.

Pages are read as a browser would show them; nothing of theirs is asked but text and links. Tables that stand beside a
file of theirs are held against it in tests/dashboard/test_shown_tables.py, slides too.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from dashboard.locale import speaking
from dashboard.words.figures import status_word
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.periods import last_day, parse_period
from metrics.plan.store import plan_at
from metrics.results import Status
from tests.beginnings import beginning
from tests.dashboard.drawn import nodes, of_class, said, why_body, window
from tests.dashboard.read_back import (
    Row,
    counted,
    courses,
    facts_of,
    last_reported,
    named,
    number,
    plain,
    rows_of,
    same,
)
from tests.matrices import WHOLE
from tests.metrics.queries.test_views import post

UNITS = ("441202", "441203", "441204", "441223", "ZQ-YUEGUI")
PERIODS = ("2019-07", "2019-08", "2019-09", "2019-10")
POINTS = 5 if WHOLE else 2  # the newest known and an earlier one, one in each language
EXPLAINED = 4


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

    def search(self, **more: str | list[str]) -> str:
        known = {} if self.as_of is None else {"as_of": str(self.as_of)}
        return "?" + urlencode({"month": self.month, **known, "lang": self.language, **more}, doseq=True)


class Reader:
    """An evaluator's browser, and the figures it shows. Each page and table is asked for once: nothing may change."""

    def __init__(self, client: TestClient, point: Point) -> None:
        self.client, self.point, self._kept = client, point, dict[str, Any]()

    def page(self, path: str, **more: str | list[str]) -> Any:
        search = self.point.search(**more)
        if (key := path + search) not in self._kept:
            self._kept[key] = window(self.client, path, search)
        return self._kept[key]

    def table(self, name: str, **more: str | list[str]) -> list[Row]:
        """The dataset as CSV; its JSON says the same."""
        known = {} if self.point.as_of is None else {"as_of": str(self.point.as_of)}
        query = urlencode(more | known, doseq=True)
        if (key := f"{name} {query}") in self._kept:
            return list(self._kept[key])
        answer = self.client.get(f"/api/v1/{name}.csv?{query}")
        assert answer.status_code == 200, answer.text
        rows: list[Row] = list(csv.DictReader(io.StringIO(answer.text)))
        self._kept[key] = rows
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


@beginning
def history(session: WriteSession) -> list[int]:
    """Submissions of five units and four months with later corrections; every place in the ledger on the way."""
    draw, places = random.Random(2019), []
    cells = [(unit, period) for unit in UNITS for period in PERIODS if (unit, period) != ("441204", "2019-09")]
    for unit, period in [*draw.sample(cells, len(cells)), *draw.choices(cells, k=10)]:
        online = draw.randint(450, 990)
        places.append(post(session, unit, period, items_online=online, items_full_online=draw.randint(0, 400)))
    return places


def points(places: list[int], newest: int) -> Iterator[Point]:
    draw = random.Random(83)
    for turn in range(POINTS):
        as_of = None if turn == 0 else draw.choice([*places[5:], newest])
        yield Point(draw.choice(PERIODS[1:]), as_of, ("zh", "en")[turn % 2])


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
    assert sum(compared.values()) > POINTS * 400, compared


def matrix(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Every cell of the whole matrix: the value, and the word of its status; where that is missing, the last one."""
    seen = {}
    for cell in of_class(reader.page("/", targets="all"), "cell"):
        link = cell["props"]["children"]
        key, last = named(link["props"]["href"]), said(of_class(link, "last-known"))
        seen[key] = said(link).removesuffix(last).replace(said(of_class(link, "flip-mark")), "", 1)
        assert plain(last) == last_reported(verdicts[key], rates), key
    assert seen.keys() == verdicts.keys()
    for key, text in seen.items():
        same(text.lstrip("↓⌄↩"), verdicts[key], key)
    return len(seen)


def headline(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """The four instruments: the city's values."""
    cards = of_class(reader.page("/"), "card-value")
    for card in cards:
        (link,) = [node for node in nodes(card) if "href" in node["props"]]
        (figure,) = of_class(card, "figure")
        key = named(link["props"]["href"])
        assert plain(said(figure)) == (verdicts[key]["value"] or "—"), (reader.point, key)
    return len(cards)


def commitments(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """The four instruments are the current stages, in their order; each stage is the city's verdict."""
    stages = reader.table("commitments", on=reader.point.on)
    current = [("441200", row["target_code"]) for row in stages if row["current"] == "true"]
    cards = of_class(reader.page("/"), "card-value")
    hrefs = [node["props"]["href"] for card in cards for node in nodes(card) if "href" in node["props"]]
    assert [named(href) for href in hrefs] == current, reader.point
    for row in stages:
        verdict = verdicts["441200", row["target_code"]]
        shared = row.keys() & verdict.keys()
        assert {name: row[name] for name in shared} == {name: verdict[name] for name in shared}, reader.point
        met = [v for v in verdicts.values() if v["target_code"] == row["target_code"] and v["status"] == "met"]
        owing = {unit.code for unit in plan.reporting_units if unit.figures_required}
        assert row["units_met"] == str(len([v for v in met if v["unit_code"] in owing]))
    return len(stages)


def attention(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """The list of what needs attention, in order, whichever targets the page shows; figures are the verdicts'."""
    listed = reader.table("attention", on=reader.point.on)
    about = [(row["unit_code"], row["target_code"]) for row in listed]
    for shown in ({}, {"targets": "all"}):
        panel = of_class(reader.page("/", **shown), "attention")
        assert said(of_class(panel, "count")) == str(len(listed)), reader.point
        hrefs = [str(node["props"].get("href", "")) for node in nodes(panel)]
        found = [named(href) for href in hrefs if "#why=" in href]
        units = [(href.split("/units/")[1].partition("?")[0], "") for href in hrefs if "/units/" in href]
        assert [*found, *units] == about, reader.point
    for row in listed:
        if row["target_code"]:
            verdict = verdicts[row["unit_code"], row["target_code"]]
            shared = row.keys() & verdict.keys()
            assert {name: row[name] for name in shared} == {name: verdict[name] for name in shared}, reader.point
    return len(listed)


def units(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Two units' rows: value, distance, shortfall, paces, light; and the courses in the table views."""
    count = 0
    for unit in ("441200", random.Random(reader.point.month).choice(UNITS)):
        page = reader.page(f"/units/{unit}")
        for row in rows_of(page, "progress"):
            (light,) = of_class(row, "light")
            (link,) = [node for node in nodes(light) if "href" in node["props"]]
            verdict = verdicts[named(link["props"]["href"])]
            cells = [plain(said(cell)) for cell in row["props"]["children"]]
            key = (reader.point, unit, verdict["target_code"])
            assert number(cells[3]) == verdict["value"], key
            assert number(cells[5]) == verdict["gap"], key
            assert number(cells[6]) == verdict["required_pace"], key
            assert [counted(said(note)) for note in of_class(row["props"]["children"][5], "note")] == (
                [verdict["shortfall"]] if verdict["shortfall"] else []
            ), key
            few = of_class(row["props"]["children"][7], "note")  # 2 of 3 months
            assert ("" if few else number(cells[7])) == verdict["present_pace"], key
            assert said(light).startswith(status_word(Status(verdict["status"]))), key
            count += 6
        count += courses(page, rates, plan, indicator=None)
    return count


def target_pages(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Two targets: the ranking's values, the city's distance, shortfall and pace, and the table of courses."""
    count = 0
    for target in ("TG-05A", "TG-05B"):
        page = reader.page(f"/targets/{target}")
        for value in of_class(page, "ranking-value"):
            key = named(value["props"]["href"])
            text = said(value)
            same(text, verdicts[key], key)
            count += 1
        facts = facts_of(of_class(page, "pace-facts"))
        verdict = verdicts["441200", target]
        if verdict["gap"]:
            distance, _dot, short = facts[1].partition(" · ")
            assert number(distance) == verdict["gap"], (reader.point, target)
            assert counted(short) == verdict["shortfall"], (reader.point, target)
            if verdict["present_pace"]:
                assert number(facts[3].replace("每月 ", "")) == verdict["present_pace"], (reader.point, target)
            count += 3
        count += courses(page, rates, plan, indicator=plan.target_revisions[target][-1].indicator)
    return count


def leaderboard(reader: Reader, verdicts: dict[tuple[str, str], Row], rates: list[Row], plan: Any) -> int:
    """Every rank, score and movement, of all units together and of counties and zones among themselves."""
    count = 0
    for shown, group in ({}, {}), ({"show": "counties"}, {"group": "county"}), ({"show": "zones"}, {"group": "zone"}):
        by_code = {row["unit_code"]: row for row in reader.table("leaderboard", period=reader.point.month, **group)}
        count += _ranks(reader, reader.page("/leaderboard", **shown), by_code)
    return count


def _ranks(reader: Reader, page: Any, by_code: dict[str, Row]) -> int:
    count = 0
    for row in rows_of(page, "figures"):
        links = [node for node in nodes(row) if "/units/" in str(node["props"].get("href", ""))]
        if not links:
            continue  # of another table
        code = links[0]["props"]["href"].split("/units/")[1].split("?")[0]
        expected = by_code[code]
        cells = [plain(said(cell)) for cell in row["props"]["children"]]
        assert number(cells[1]) == expected["rank"], (reader.point, code)
        assert number(cells[2]) == expected["score"], (reader.point, code)
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
        words = plain(reader.explanation(verdict["unit_code"], verdict["target_code"])).replace(",", "")
        rate = ratios[verdict["unit_code"], verdict["period"], verdict["indicator_code"]]
        shown = (verdict["shortfall"], verdict["present_pace"].replace("0.00", "0.0").lstrip("-"))
        for figure in (verdict["value"], verdict["threshold"], rate["numerator"], rate["denominator"], *shown):
            assert figure in words, (reader.point, verdict["unit_code"], verdict["target_code"], figure)
    return EXPLAINED * 6


WALKS: dict[str, Callable[[Reader, dict[tuple[str, str], Row], list[Row], Any], int]] = {
    "matrix": matrix,
    "headline": headline,
    "commitments": commitments,
    "attention": attention,
    "units": units,
    "targets": target_pages,
    "leaderboard": leaderboard,
    "explanations": explanations,
}
