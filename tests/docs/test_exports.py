"""docs/exports.md says what the program does: every dataset, every column in order, every parameter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Dataset

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_the_page_describes_just_the_datasets_there_are() -> None:
    assert set(SECTIONS) == set(DATASETS)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_columns_stand_in_their_order_with_type_and_meaning(dataset: Dataset) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", SECTIONS[dataset.name], re.MULTILINE)
    assert rows == [(c.name, c.kind.value, c.title.zh, c.title.en) for c in dataset.columns]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_parameters_and_order_are_named(dataset: Dataset) -> None:
    section = SECTIONS[dataset.name]
    assert set(re.findall(r"`(\w+)`", section.partition("Takes: ")[2].partition(".\n")[0])) == set(dataset.parameters)
    assert f"Ordered by: {', '.join(dataset.order)}." in section


def test_every_parameter_is_explained() -> None:
    table = PAGE.partition("## 参数")[2].partition("## 数据集")[0]
    explained = set(re.findall(r"`(\w+)`", table))
    assert {name for dataset in DATASETS.values() for name in dataset.parameters} <= explained
