"""Rules for units: one root, a tree below it, dates in order, no name that means two units."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from metrics.plan.model import ADDING_UP, Plan, Unit
from metrics.plan.problems import PlanProblem, problem_in


def unit_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Problems of the units among themselves."""
    yield from _root(plan)
    for unit in plan.units:
        yield from _references(plan, unit)
        yield from _level(plan, unit)
        yield from _dates(unit)
        yield from _merged(plan, unit)
    yield from _names(plan)
    yield from _tiles(plan)


def _root(plan: Plan) -> Iterator[PlanProblem]:
    code = plan.document.root_unit
    root = plan.unit_by_code.get(code)
    if root is None:
        yield problem_in("root_unknown", "document", plan.document, "root_unit", given=code)
    elif root.parent is not None:
        yield problem_in("root_has_parent", "units", root, "parent", given=root.parent)
    elif code not in plan.children:
        yield problem_in("root_without_children", "units", root)
    for unit in plan.units:
        if unit.parent is None and unit.code != code:
            yield problem_in("second_root", "units", unit, "parent")


def _references(plan: Plan, unit: Unit) -> Iterator[PlanProblem]:
    for name, code in (("parent", unit.parent), ("lies_in", unit.lies_in), ("merged_into", unit.merged_into)):
        if code is not None and code not in plan.unit_by_code:
            yield problem_in("unit_unknown", "units", unit, name, given=code)
    blocks = {block.code for block in plan.blocks}
    for index, code in enumerate(unit.blocks):
        if code not in blocks:
            yield problem_in("block_unknown", "units", unit, f"blocks[{index}]", given=code)
    if unit.lies_in == unit.code:
        yield problem_in("lies_in_itself", "units", unit, "lies_in", given=unit.code)
    path, above = [unit.code], unit.parent
    while above is not None and above in plan.unit_by_code and above not in path:
        path.append(above)
        above = plan.unit_by_code[above].parent
    if above == unit.code:
        yield problem_in("unit_cycle", "units", unit, "parent", given=" → ".join([*path, unit.code]))


def _level(plan: Plan, unit: Unit) -> Iterator[PlanProblem]:
    """Nation, province and city have units below them and a higher kind above them."""
    if unit.kind not in ADDING_UP:
        return
    if unit.code not in plan.children and unit.code != plan.document.root_unit:
        yield problem_in("nothing_to_add_up", "units", unit, "kind", given=unit.kind.value)
    above = plan.unit_by_code.get(unit.parent or "")
    higher = ADDING_UP[: ADDING_UP.index(unit.kind)]
    if above is not None and above.kind not in higher:
        yield problem_in("kind_not_below", "units", unit, "kind", given=unit.kind.value, above=above.kind.value)


def _dates(unit: Unit) -> Iterator[PlanProblem]:
    spans = [("valid_from", unit.valid_from, unit.valid_to)]
    spans += [(f"aliases[{i}].valid_from", a.valid_from, a.valid_to) for i, a in enumerate(unit.aliases)]
    for path, start, end in spans:
        if start is not None and end is not None and start > end:
            yield problem_in("dates_reversed", "units", unit, path, given=start, end=end)


def _merged(plan: Plan, unit: Unit) -> Iterator[PlanProblem]:
    """A unit ends when another one takes it up, which reports from the next day on in its place."""
    into = plan.unit_by_code.get(unit.merged_into or "")
    if into is None:
        return
    if unit.valid_to is None:
        yield problem_in("merged_without_end", "units", unit, "valid_to", other=into.code)
    for one, path in ((unit, "code"), (into, "merged_into")):
        if one.code in plan.children:
            yield problem_in("merged_adds_up", "units", unit, path, given=one.code)
    if unit.valid_to is not None and not into.exists_on(unit.valid_to + timedelta(days=1)):
        day = unit.valid_to + timedelta(days=1)
        yield problem_in("unit_not_there", "units", unit, "merged_into", given=into.code, day=day)


def _names(plan: Plan) -> Iterator[PlanProblem]:
    """Names under which files may call a unit; full-width and half-width forms are the same name."""
    meant: dict[str, str] = {}
    for unit in plan.units:
        names = [("code", unit.code), ("name.zh", unit.name.zh), ("name.en", unit.name.en)]
        names += [("full_name_zh", unit.full_name_zh)] if unit.full_name_zh else []
        names += [(f"aliases[{index}].name", alias.name) for index, alias in enumerate(unit.aliases)]
        for path, name in names:
            other = meant.setdefault(unicodedata.normalize("NFKC", name).casefold().strip(), unit.code)
            if other != unit.code:
                yield problem_in("name_ambiguous", "units", unit, path, given=name, other=other)


def _tiles(plan: Plan) -> Iterator[PlanProblem]:
    """Two units that exist on one day cannot stand in one tile."""
    standing: dict[tuple[int, int], list[Unit]] = {}
    for unit in plan.units:
        if unit.tile is None:
            continue
        place = (unit.tile.column, unit.tile.row)
        for other in standing.get(place, ()):
            if _overlap(unit, other):
                given = f"{place[0]}, {place[1]}"
                yield problem_in("tile_taken", "units", unit, "tile", given=given, other=other.code)
        standing.setdefault(place, []).append(unit)


def _overlap(one: Unit, other: Unit) -> bool:
    return all(
        first.valid_from is None or second.valid_to is None or first.valid_from <= second.valid_to
        for first, second in ((one, other), (other, one))
    )
