"""Ranges in which nothing can lie are refused by every dataset that takes them, in both languages; others are not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.ledger.entry import newest_seq
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.pull import check_pull, cursor_for, parse_pull
from metrics.queries.view import view_at
from tests.metrics.publish.pulling import pulled
from tests.metrics.queries.test_views import post

Given = Mapping[str, list[str]]
EVERY = [*DATASETS.values(), *SDMX_DATASETS.values()]
# What is asked for, the parameter that is named, and the same asked so that something can lie in it.
RANGES: dict[str, tuple[Given, str, Given]] = {
    "ends the wrong way round": (
        {"period_from": ["2019-10"], "period_to": ["2019-09"]},
        "period_from",
        {"period_from": ["2019-09"], "period_to": ["2019-10"]},
    ),
    "a month before the first": (
        {"period_from": ["2019-09"], "period": ["2019-08"]},
        "period_from",
        {"period_from": ["2019-08"], "period": ["2019-09"]},
    ),
    "a month after the last": (
        {"period": ["2019-11", "2019-10"], "period_to": ["2019-09"]},
        "period",
        {"period": ["2019-08", "2019-10"], "period_to": ["2019-09"]},
    ),
    "months on both sides": (
        {"period": ["2019-07", "2019-10"], "period_from": ["2019-08"], "period_to": ["2019-09"]},
        "period",
        {"period": ["2019-07", "2019-08"], "period_from": ["2019-08"], "period_to": ["2019-09"]},
    ),
    "pages of another moment": (
        {"cursor": [cursor_for(offset=2, seq=7)], "as_of": ["6"]},
        "as_of",
        {"cursor": [cursor_for(offset=2, seq=7)], "as_of": ["7"]},
    ),
    "a moment and a release": ({"as_of": ["6"], "release": ["1"]}, "release", {"release": ["1"]}),
    "a day of another month": (
        {"on": ["2019-10-15"], "period": ["2019-08"]},
        "period",
        {"on": ["2019-10-15"], "period": ["2019-09"]},
    ),
}


def takes(dataset: AnyDataset, given: Given) -> bool:
    """True if the dataset knows these parameters, with as many values."""
    return given.keys() <= dataset.parameters and not any(
        len(values) > 1 and name in dataset.single for name, values in given.items()
    )


def refused(dataset: AnyDataset, given: Given) -> BadRequest:
    with pytest.raises(BadRequest) as found:
        parse_pull(dataset, given, timezone=lambda: "Asia/Shanghai")
    return found.value


@pytest.mark.parametrize("kind", RANGES)
def test_every_dataset_refuses_what_nothing_can_lie_in(kind: str) -> None:
    given, named, sound = RANGES[kind]
    concerned = [dataset for dataset in EVERY if takes(dataset, given)]
    assert concerned
    for dataset in concerned:
        refusal = refused(dataset, given)
        assert (refusal.code, [one.pointer for one in refusal.problems]) == ("parameter_conflict", [f"?{named}"])
        assert refusal.problems[0].given in given[named]
        assert f"参数 {named}" in refusal.message.zh
        assert f"Parameter {named}" in refusal.message.en
        parse_pull(dataset, sound, timezone=lambda: "Asia/Shanghai")


def test_rows_after_an_entry_are_not_asked_for_as_known_before_it(session: WriteSession) -> None:
    """By number, by moment, by whatever decides what is known."""
    first, second = post(session), post(session, "441203")
    view = view_at(session, as_of=first)
    concerned = [dataset for dataset in EVERY if "after_seq" in dataset.parameters]
    assert concerned
    assert view.recorded_at is not None
    for dataset in concerned:
        for as_of in (str(first), view.recorded_at.isoformat()):
            asked = {"after_seq": [str(second)], "as_of": [as_of]}
            pull = parse_pull(dataset, asked, timezone=lambda: "Asia/Shanghai")
            with pytest.raises(BadRequest, match=f"after_seq .*{second}") as found:
                check_pull(pull, view)
            assert found.value.code == "parameter_conflict"
            check_pull(parse_pull(dataset, asked | {"after_seq": [str(first)]}, timezone=lambda: ""), view)


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("changes", {"since": "{newest}", "as_of": "{before}"}, "since_after_as_of"),
        ("changes", {"period_from": "2019-09", "period": "2019-09"}, "parameter_conflict"),
        ("changes", {"period_from": "2019-10", "on": "2019-10-15"}, "parameter_conflict"),
        ("contributions", {"period_from": "2019-09", "period_to": "2019-09"}, "parameter_conflict"),
    ],
)
def test_what_is_compared_comes_one_after_the_other(
    session: WriteSession, name: str, given: dict[str, str], code: str
) -> None:
    post(session)
    newest = newest_seq(session)
    asked = {key: value.format(newest=newest, before=newest - 1) for key, value in given.items()}
    with pytest.raises(BadRequest) as found:
        pulled(session, name, **asked)
    assert found.value.code == code
    assert found.value.message.zh
    assert found.value.message.en
