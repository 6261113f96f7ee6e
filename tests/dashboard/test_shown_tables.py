"""What tables show is in the files that stand beside them: at figures drawn at random, and any that is altered is seen.

What is tried before a target is revised, and what one is told of what one follows, have no file of their own: they are
held against the verdicts before and after.
"""

from __future__ import annotations

import csv
import io
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from dashboard.locale import date_text, speaking
from dashboard.words.phases import gate_word
from metrics.commands.note_turns import note_turns
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import last_day, parse_period
from metrics.plan.store import plan_at
from metrics.results import Status
from metrics.supervision.gates import GateVerdict
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, window
from tests.dashboard.pages.test_target_revise import FORM, PAGE, offered
from tests.dashboard.read_back import Row
from tests.dashboard.shown_rows import TABLES
from tests.dashboard.shown_slides import slide_tree
from tests.dashboard.shown_tables import (
    Draw,
    Figure,
    ShownCell,
    body,
    day,
    digits,
    figures,
    held,
    led_to,
    month,
    sections,
    seen,
    status,
)
from tests.dashboard.test_consistency import PERIODS, UNITS, Point, Reader, history
from tests.matrices import WHOLE
from tests.metrics.queries.test_views import post

__all__ = ["history"]  # the fixture
AT_RANDOM = 400
ALTERED = 24 if WHOLE or "SEED" in os.environ else 14  # digits of each table


def drawn(draw: random.Random, plan: Any, places: list[int], newest: int) -> tuple[Draw, Point]:
    """A unit, two others, a target, a count and a point, at random."""
    unit, *others = draw.sample(UNITS, 3)
    measured = [code for code, revisions in plan.general_targets.items() if revisions[-1].measured]
    known = draw.choice([None, *places[5:], newest])
    point = Point(draw.choice(PERIODS[1:]), known, draw.choice(("zh", "en")))
    element = draw.choice(["items_online", "items_full_online", draw.choice(plan.elements).code])
    return Draw(plan, unit, tuple(others), draw.choice(measured), element, point.month), point


def shown_at(reader: Reader, name: str, draw: Draw) -> Iterator[tuple[Any, list[Row]]]:
    """The sections of a page that show the table, each with the file that it offers; or a slide, with what is asked."""
    table = TABLES[name]
    path, more = table.address(draw)
    if table.asked is not None:
        slide = slide_tree(reader.client, path + reader.point.search(**more))
        yield slide, reader.table(table.dataset, **table.asked(draw))
        return
    for section, href in sections(reader.page(path, **more), table):
        answer = reader.client.get(href)
        assert answer.status_code == 200, answer.text
        yield section, list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_figures_at_random_are_those_of_the_files_that_stand_beside_them(
    evaluator: TestClient, session: WriteSession, history: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Units × targets × months × moments × pages; others with SEED=…, as `make torture` takes them."""
    seed = int(os.environ.get("SEED") or 15)
    draw, plan, newest = random.Random(seed), plan_at(session), newest_seq(session)
    compared: Counter[str] = Counter()
    while compared.total() < AT_RANDOM or len(+compared) < len(TABLES):
        for name in draw.sample(list(TABLES), len(TABLES)):
            what, point = drawn(draw, plan, history, newest)
            reader = Reader(evaluator, point)
            with speaking(point.language):
                for section, file in shown_at(reader, name, what):
                    found = list(figures(TABLES[name], section, what, file, reader.table))
                    wrong = [figure for figure in found if figure.shown != figure.told]
                    assert wrong == [], (seed, name, what.unit, point)
                    compared[name] += len(found)
    with capsys.disabled():
        sys.stdout.write(f"\nSEED={seed}: {compared.total()} figures, {dict(compared)}\n")


@pytest.mark.parametrize("name", TABLES)
def test_a_figure_that_a_page_alters_is_noticed(
    evaluator: TestClient, session: WriteSession, history: list[int], name: str
) -> None:
    """Any digit of any cell of which something is said."""
    draw, plan = random.Random(name), plan_at(session)
    table, altered = TABLES[name], 0
    for _turn in range(8):
        what, point = drawn(draw, plan, history, newest_seq(session))
        reader = Reader(evaluator, point)
        with speaking(point.language):
            for section, file in shown_at(reader, name, what):
                texts = digits(table, section) if any(figures(table, section, what, file, reader.table)) else []
                for holder, place in draw.sample(texts, min(len(texts), 12)):
                    kept = holder[place]
                    at = draw.choice([at for at, sign in enumerate(kept) if sign.isdigit()])
                    holder[place] = kept[:at] + str((int(kept[at]) + draw.randint(1, 9)) % 10) + kept[at + 1 :]
                    found = figures(table, section, what, file, reader.table)
                    assert any(figure.shown != figure.told for figure in found), (name, kept, holder[place])
                    holder[place], altered = kept, altered + 1
        if altered >= ALTERED:
            break
    assert altered >= 12


def side(cell: Any, name: str) -> str:
    """What a cell says of before or after: one of both, or the one text where both are alike."""
    sides = of_class(cell, name)
    return seen(sides) if sides else seen(cell)


def tried(tree: Any, plan: Any, name: str) -> Iterator[tuple[str, str, tuple[ShownCell, ...]]]:
    """The verdicts that a trial says would change, as they are `before` or `after`: the day, the unit, the cells."""
    units = {unit.name.zh: unit.code for unit in plan.units}
    for month_shown in of_class(tree, "consequences")[0]["props"]["children"]:
        on = _judged_on(month_shown)
        for table in nodes(month_shown):
            if table["type"] == "Table" and seen(table["props"]["children"][0]) == "有变化的判定":
                for unit, _target, *cells in body(table):
                    texts = [side(cell, name) for cell in cells]
                    yield (
                        on,
                        units[seen(unit).partition("（")[0]],
                        (
                            ShownCell(texts[0], (), {"status": status}),
                            ShownCell(texts[1], ("threshold",), {"due_on": day}),
                            ShownCell(texts[2], ("value",)),
                            ShownCell(texts[3], ("gap", "shortfall")),
                            ShownCell(texts[4], ("required_pace",)),
                        ),
                    )


Placed = tuple[str, dict[str, str], tuple[ShownCell, ...]]  # a dataset, what its row has, the cells


def placed(tree: Any, plan: Any, name: str) -> Iterator[Placed]:
    """The places, scores and gates that a trial says would change, as they are `before` or `after`."""
    units = {unit.name.zh: unit.code for unit in plan.units}
    phases = {phase.name.zh: phase.code for phase in plan.phases}
    for month_shown in of_class(tree, "consequences")[0]["props"]["children"]:
        on = _judged_on(month_shown)
        for table in (node for node in nodes(month_shown) if node["type"] == "Table"):
            caption = seen(table["props"]["children"][0])
            for unit, *cells in body(table):
                row = {"unit_code": units[seen(unit)]}
                texts = [side(cell, name) for cell in cells]
                if caption == "榜单名次":
                    told = (ShownCell(texts[0], ("rank",)), ShownCell(texts[1], ("score",)))
                    yield "leaderboard", {"period": on[:7]} | row, told
                elif caption == "当月绩效考核":
                    told = (ShownCell(texts[0], ("score",)), ShownCell(texts[1], ("rank",)))
                    yield "scores", {"period": on[:7]} | row, told
                elif caption == "阶段节点":
                    gate = {} if texts[1] == "全部节点" else {"target_code": texts[1]}
                    key = {"evaluated_on": on, "phase_code": phases[texts[0]]} | row | gate
                    yield "gates" if gate else "phases", key, (ShownCell(texts[2], (), {"verdict": verdict_of_gate}),)


def verdict_of_gate(code: str) -> str:
    return gate_word(GateVerdict(code))


def _judged_on(month_shown: Any) -> str:
    days = {date_text(last_day(found)): last_day(found) for text in PERIODS if (found := parse_period(text))}
    heading = next(seen(node) for node in nodes(month_shown) if node["type"] == "H3")
    (on,) = [found.isoformat() for words, found in days.items() if words in heading]
    return on


def test_what_a_trial_shows_is_in_the_files_before_and_after_it_is_recorded(
    evaluator: TestClient, session: WriteSession, history: list[int]
) -> None:
    reader, plan = Reader(evaluator, Point("2019-10", None, "zh")), plan_at(session)

    def wrong(tree: Any, name: str) -> tuple[Counter[str], list[Figure]]:
        found, compared = list[Figure](), Counter[str]()
        for on, unit, cells in tried(tree, plan, name):
            (row,) = reader.table("progress", on=on, unit=unit, target="TG-05A")
            found += [figure for cell in cells for figure in held((name, on, unit), cell, row)]
            compared["progress"] += len(cells)
        for dataset, key, cells in placed(tree, plan, name):
            asked = {"on": key["evaluated_on"]} if "evaluated_on" in key else {"period": key["period"]}
            rows = [one for one in reader.table(dataset, **asked) if key.items() <= one.items()]
            row = rows[0] if rows else dict.fromkeys(("rank", "score", "verdict"), "")
            found += [figure for cell in cells for figure in held((name, dataset, str(key)), cell, row)]
            compared[dataset] += len(cells)
        return compared, [figure for figure in found if figure.shown != figure.told]

    with speaking("zh"):
        ask = {"do": "target.revise", "chosen": [f"unit:{unit}" for unit in UNITS[:3]], "nth": 1}
        tree = asked_window(evaluator, ask | {"fields": FORM | {"due_on": "2020-03-31", "threshold": "95"}}, PAGE)
        before, wrong_before = wrong(tree, "before")
        assert wrong_before == []
        asked_window(evaluator, {"do": "target.revise", "fields": offered(tree), "nth": 2}, PAGE)
        reader = Reader(evaluator, reader.point)
        after, wrong_after = wrong(tree, "after")
        assert wrong_after == []
        assert min(before["progress"], after["progress"]) >= 3 * 5
        assert before.keys() == after.keys() >= {"progress", "leaderboard", "scores", "gates"}
        assert wrong(tree, "before")[1]  # they did change


def test_a_sign_of_a_unit_that_a_page_alters_is_noticed(
    evaluator: TestClient, session: WriteSession, history: list[int]
) -> None:
    """The word that stands beside each sign for those who listen, of all units and of the city."""
    draw, plan, table = random.Random("signs"), plan_at(session), TABLES["units"]
    what, point = drawn(draw, plan, history, newest_seq(session))
    reader = Reader(evaluator, point)
    with speaking(point.language):
        ((section, file),) = shown_at(reader, "units", what)
        assert [one for one in figures(table, section, what, file, reader.table) if one.shown != one.told] == []
        signs = [cell for cells in body(section) for cell in cells if "#why=" in str(cell)]
        assert len(signs) >= 4 * len(UNITS)
        for sign in draw.sample(signs, 12):
            word = of_class(sign, "hidden-text")[0]["props"]
            kept = word["children"]
            word["children"] = draw.choice([other for one in Status if (other := status(one.value)) != seen(kept)])
            found = figures(table, section, what, file, reader.table)
            assert any(one.shown != one.told for one in found), (kept, word["children"])
            word["children"] = kept


def test_counts_of_leads_and_of_statuses_are_those_of_the_file(
    evaluator: TestClient, session: WriteSession, history: list[int]
) -> None:
    """The numbers on the links by which tasks are chosen, and how many rows the file behind each link has."""
    draw, plan = random.Random("leads"), plan_at(session)
    compared = 0
    for chosen in ("status:overdue", "status:not_reported", ""):
        _what, point = drawn(draw, plan, history, newest_seq(session))
        reader = Reader(evaluator, point)
        with speaking(point.language):
            page = reader.page("/tasks", **({"where": chosen} if chosen else {}))
            for link in of_class(page, "counted-links"):
                for node in nodes(link):
                    href = str(node["props"].get("href") or "")
                    if href.startswith("/tasks") and (counts := of_class(node, "count")):
                        asked = {name: v for name, v in parse_qsl(urlsplit(href).query) if name in ("where", "lead")}
                        told = reader.table("task_standings", on=point.on, **asked)
                        assert seen(counts) == str(len(told)), (href, point)
                        compared += 1
    assert compared >= 12


def test_what_one_is_told_of_what_one_follows_is_in_the_files(
    evaluator: TestClient, session: WriteSession, history: list[int]
) -> None:
    page = "/targets/TG-05A"
    asked_window(evaluator, forms(window(evaluator, page))["follow.add"] | {"nth": 1}, page)
    newest = newest_seq(session)
    for unit, online in zip(UNITS[:3], (990, 450, 700), strict=True):
        post(session, unit, PERIODS[-1], items_online=online, items_full_online=100)
    assert note_turns(session, now=datetime.now(UTC)) > 0
    now, then = (Reader(evaluator, Point(PERIODS[-1], place, "zh")) for place in (None, newest))
    compared = 0
    with speaking("zh"):
        rows = [cells for cells in body(window(evaluator, "/following")) if len(cells) == 7]
        for what, turned, shown_month, value, rule, _why, _noticed in rows:
            unit = led_to(what, "unit=")
            asked = {"on": now.point.on, "target": led_to(what, "/targets/"), "unit": unit}
            (row,), (earlier,) = now.table("progress", **asked), then.table("progress", **asked)
            was, became = seen(turned).split("→")
            told = (
                (ShownCell(was, (), {"status": status}), earlier),
                (ShownCell(became, (), {"status": status}), row),
                (ShownCell(seen(shown_month), (), {"period": month}), row),
                (ShownCell(seen(value), ("value",)), row),
                (ShownCell(seen(rule), ("threshold",), {"due_on": day}), row),
            )
            found = [figure for cell, held_against in told for figure in held((unit,), cell, held_against)]
            assert [figure for figure in found if figure.shown != figure.told] == []
            compared += len(found)
    assert compared >= 5
