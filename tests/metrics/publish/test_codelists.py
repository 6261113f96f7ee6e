"""Every column of codes has its codelist, leads to a row, or is free for a reason; lists have what the program has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import get_args

from metrics.announcements import Announced, AnnouncementAction, AnnouncementState
from metrics.assessments import Method
from metrics.attention import Reason
from metrics.contributions import PartState
from metrics.database import WriteSession
from metrics.estimates import IntervalMethod
from metrics.plan.model import Target
from metrics.plan.model.form import Nature, Owed
from metrics.plan.model.targets import Direction, TargetKind
from metrics.plan.model.tasks import MilestoneKind
from metrics.plan.model.units import UnitKind
from metrics.publish.catalogue import DATASETS
from metrics.publish.codelists import codelist_of, codelists, fixed_codelists
from metrics.publish.dataset import AnyDataset, Kind
from metrics.publish.relations import KEYS, WITHOUT_KEY, leads_to
from metrics.queries.turned_statuses import Cause, ChangeKind, TurnedWay
from metrics.queries.view import view_at
from metrics.ranking import RankGroup
from metrics.results import Light, Status, Timing
from metrics.sign_offs import How
from metrics.submission_states import State
from metrics.supervision.freshness import Stream
from metrics.supervision.gates import BindingDate, GateVerdict
from metrics.supervision.rectification import FindingSeverity, FindingState, RectificationAction
from metrics.supervision.scores import ScorePart
from metrics.supervision.slips import SlipAct, SlipOrigin, SlipState
from metrics.supervision.task_checks import CheckAction, CheckState, CheckStep
from metrics.supervision.task_contradictions import ContradictionKind
from metrics.supervision.task_silence import SilenceStep
from metrics.supervision.work_plans import FundingSource
from metrics.task_reports import TaskState, TaskStatus
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post
from tests.one_of_each import record_one_of_each

WORDS: dict[str, Iterable[str]] = {
    "states": [*State, "superseded"],
    "statuses": Status,
    "lights": Light,
    "timings": Timing,
    "comparators": get_args(get_args(Target.model_fields["comparator"].annotation)[0]),
    "changes": ChangeKind,
    "turns": TurnedWay,
    "causes": Cause,
    "parts": PartState,
    "groups_of_peers": ["all", *RankGroup, "own"],
    "reasons": Reason,
    "streams": Stream,
    "announced": Announced,
    "announcement_actions": AnnouncementAction,
    "announcement_states": AnnouncementState,
    "target_kinds": TargetKind,
    "milestone_kinds": MilestoneKind,
    "task_states": TaskState,
    "task_statuses": TaskStatus,
    "confirmations": CheckState,
    "check_steps": CheckStep,
    "check_actions": CheckAction,
    "contradictions": ContradictionKind,
    "silence_steps": SilenceStep,
    "unit_kinds": UnitKind,
    "natures": Nature,
    "owed": Owed,
    "directions": Direction,
    "gate_verdicts": GateVerdict,
    "binding_dates": BindingDate,
    "methods": Method,
    "interval_methods": IntervalMethod,
    "ways_of_signing": How,
    "sources_of_funding": FundingSource,
    "slip_origins": SlipOrigin,
    "slip_states": SlipState,
    "slip_acts": SlipAct,
    "severities": FindingSeverity,
    "finding_states": FindingState,
    "rectification_actions": RectificationAction,
    "score_parts": ScorePart,
    "marks_of_tasks": ["to_be_confirmed"],
}
FREE = {
    "changes.before": "a status, a state, a light or a count, as `kind` says",
    "changes.after": "the same",
    "changes.fields": "several, separated by semicolons",
    "submissions.leaf_hash": "a digest",
    **{f"bulletins.{language}_{form}": "a digest" for language in ("zh", "en") for form in ("html", "pdf", "docx")},
    "milestones.milestone_code": "the key of its own rows",
    "milestones.precision": "as the plan prints it",
    "task_checks.by_unit": "a unit or a department",
    "slip_acts.to_unit": "a unit or a department",
    "slips.slip": "the key of its own rows",
    "slips.finding": "a round and a number",
    "scores.inquiry_round": "a year, with a number where there are several",
    "inquiries.round": "the same",
}
TWINS = [twin for dataset in DATASETS.values() if (twin := dataset.history) is not None]


def test_fixed_lists_have_the_codes_of_the_program_and_names_in_both_languages() -> None:
    assert {name: set(found.words) for name, found in fixed_codelists().items()} == {
        name: set(map(str, words)) for name, words in WORDS.items()
    }
    for found in fixed_codelists().values():
        for text in (found.title, *(one.name for one in found.codes)):
            assert text.zh
            assert text.en
            assert text.en.isascii()


def test_every_column_of_codes_has_its_list_or_leads_to_a_row_or_is_free() -> None:
    unknown: set[str] = set()
    known: set[str] = set()
    for dataset in (*DATASETS.values(), *TWINS):
        for column in dataset.columns:
            name = f"{dataset.family}.{column.name}"
            if column.kind is Kind.CODE:
                listed = codelist_of(dataset.family, column.name) or leads_to(dataset.name, column.name)
                (known if listed else unknown).add(name)
    assert unknown == FREE.keys()


def test_words_by_which_rows_are_sorted_are_those_of_the_list() -> None:
    for dataset in DATASETS.values():
        for column in dataset.columns:
            if column.words:
                listed = codelist_of(dataset.name, column.name)
                assert listed is not None
                assert set(map(str, column.words)) <= set(fixed_codelists()[listed].words), (dataset.name, column.name)


def test_every_dataset_has_a_key_of_columns_that_it_has() -> None:
    every = {dataset.name: dataset for dataset in (*DATASETS.values(), *TWINS)}
    assert KEYS.keys() | WITHOUT_KEY == every.keys()
    for name, key in KEYS.items():
        assert set(key) <= {column.name for column in every[name].columns}, name


def cells(dataset: AnyDataset, session: WriteSession) -> list[dict[str, str]]:
    """Every row of the dataset, with every revision where there are any."""
    more = {"history": "true"} if "history" in dataset.parameters else {}
    return rows(pulled(session, dataset.family, **more))


def test_what_is_recorded_keeps_to_keys_relations_and_lists(session: WriteSession) -> None:
    """On one of everything: no key twice or with a gap, no cell that leads nowhere, no code outside its list."""
    post(session, "441203", "2019-08")
    post(session)
    record_one_of_each(session)
    post(session, items_online=640)
    plan_lists = codelists(view_at(session).plan)
    every: dict[str, list[dict[str, str]]] = {name: cells(one, session) for name, one in DATASETS.items()}
    for dataset in DATASETS.values():
        asked = dataset.history or dataset
        found = every[dataset.name]
        key = KEYS.get(asked.name, ())
        told = [tuple(row[name] for name in key) for row in found]
        assert not key or (len(set(told)) == len(told) and all(chain.from_iterable(told))), dataset.name
        for column in asked.columns:
            held = {row[column.name] for row in found} - {""}
            if (there := leads_to(dataset.name, column.name)) is not None:
                at, name = there
                assert held <= {row[name] for row in every[at]}, f"{dataset.name}.{column.name}"
            listed = codelist_of(dataset.name, column.name) if column.kind is Kind.CODE else None
            if listed is not None and listed != "units":
                assert held <= set(plan_lists[listed].words), f"{dataset.name}.{column.name}"
