"""Drawing a sample: its seed and its cells are in the ledger before anybody has found anything."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import func, insert, select

from metrics.database import WriteSession
from metrics.errors import Invalid, Message, Problem
from metrics.evidence import is_visible
from metrics.forms import as_given
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.locks import Lock, hold
from metrics.models import Sample
from metrics.periods import format_period, parse_period, period_problem
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.sampling import drawn, frame
from metrics.submissions import period_problems

MOST_PERIODS = 36
MOST_PER_UNIT = 100
LONGEST_SEED = 100  # characters


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was asked for. No `elements` means all of the form; without `seed` one is drawn."""

    periods: Sequence[str]
    per_unit: int
    elements: Sequence[str] = ()
    seed: str | None = None


def draw_sample(session: WriteSession, *, principal: Principal, drawing: Drawing) -> Sample:
    """Draw `per_unit` cells of every unit. Raises Forbidden, Invalid with every problem.

    A drawn seed has 128 bits. Nothing keeps an assessor from drawing again; every drawing stays in the ledger.
    """
    principal.require(Scope.RECORD_ASSESSMENT)
    # Drawn from what the form asks for at one place in the ledger; numbers one after another (decision 64).
    hold(session, Lock.SAMPLES)
    stands_on = newest_seq(session)
    plan = plan_at(session, seq=stands_on)
    periods, elements = _read(plan, drawing)
    seed = secrets.token_hex(16) if drawing.seed is None else drawing.seed
    cells = drawn(list(frame(plan, periods=periods, elements=elements)), seed=seed, per_unit=drawing.per_unit)
    if not cells:
        raise _refused([_problem("sample_empty", "没有可抽取的数据。", "There is no cell to draw from.", "/periods")])
    said = {
        "seed": seed,
        "per_unit": drawing.per_unit,
        "periods": [format_period(period) for period in periods],
        "elements": elements,
        "cells": [str(cell) for cell in cells],
        "stands_on": stands_on,
        "actor": principal.username,
    }
    number = 1 + (session.scalar(select(func.max(Sample.number))) or 0)
    place = next_place(session)
    append(session, kind="sample", place=place, content={"sample": number, **said})
    values = {"number": number, "seq": place.seq, "user_id": principal.user_id, "recorded_at": place.recorded_at}
    session.execute(insert(Sample).values(**values, **said))
    return session.get_one(Sample, number)


def _read(plan: Plan, drawing: Drawing) -> tuple[list[date], list[str]]:
    problems: list[Problem] = []
    periods = {text: parse_period(text) for text in drawing.periods[: MOST_PERIODS + 1]}
    if not 1 <= len(drawing.periods) <= MOST_PERIODS:
        zh, en = f"请给出 1 至 {MOST_PERIODS} 个报告期。", f"Name between 1 and {MOST_PERIODS} periods."
        problems.append(_problem("periods_count", zh, en, "/periods"))
    problems += [period_problem(as_given(text), pointer="/periods") for text, found in periods.items() if found is None]
    known, now = [found for found in periods.values() if found is not None], datetime.now(UTC)
    early = [problem for found in known for problem in period_problems(plan, found, now=now)]
    problems += [replace(problem, pointer="/periods") for problem in early]
    if not 1 <= drawing.per_unit <= MOST_PER_UNIT:
        zh, en = f"每个单位抽 1 至 {MOST_PER_UNIT} 项。", f"Between 1 and {MOST_PER_UNIT} cells of each unit."
        problems.append(_problem("per_unit_invalid", zh, en, "/per_unit"))
    for code in sorted(set(drawing.elements) - set(plan.element_by_code)):
        zh, en = f"没有填报项“{as_given(code)}”。", f"There is no element {as_given(code)!r}."
        problems.append(_problem("element_unknown", zh, en, "/elements"))
    seed = drawing.seed
    if seed is not None and not (is_visible(seed) and len(seed) <= LONGEST_SEED and seed.isprintable()):
        zh = f"随机种子须为 1 至 {LONGEST_SEED} 个可见字符。"
        problems.append(_problem("seed_invalid", zh, f"A seed is 1 to {LONGEST_SEED} printable characters.", "/seed"))
    if problems:
        raise _refused(problems)
    chosen = set(drawing.elements) or set(plan.element_by_code)
    return sorted(set(known)), [element.code for element in plan.elements if element.code in chosen]


def _problem(code: str, zh: str, en: str, pointer: str) -> Problem:
    return Problem(code, Message(zh, en), pointer)


def _refused(problems: Sequence[Problem]) -> Invalid:
    message = Message("未抽样:" + problems[0].message.zh, "Nothing was drawn: " + problems[0].message.en)
    return Invalid(problems[0].code if len(problems) == 1 else "sample_invalid", message, problems)
