"""What pulls of datasets take and answer: every parameter with its schema, and every dataset's row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from metrics.moments import GREATEST_NUMBER
from metrics.plan.model import Text
from metrics.publish.catalogue import DATASETS
from metrics.publish.codelists import codelist_of, fixed_codelists
from metrics.publish.dataset import AnyDataset, Heading, Kind
from metrics.publish.pull import CSV_ONLY, GREATEST_RELEASE, LISTS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.results import Basis

_HERE = "#/components/schemas/"
_WORD: dict[str, Any] = {"type": "string"}
_MONTH: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}
_PLACE: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": GREATEST_NUMBER}


class Language(StrEnum):
    """The language of names in a pull."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class _Parameter:
    """What is said of a parameter, and the schema of one value."""

    text: Text
    schema: dict[str, Any]


def _parameter(zh: str, en: str, schema: dict[str, Any] = _WORD) -> _Parameter:
    return _Parameter(Text(zh=zh, en=en), schema)


def _of(words: type[StrEnum]) -> dict[str, Any]:
    return {"$ref": _HERE + words.__name__}


PARAMETERS: dict[str, _Parameter] = {
    "unit": _parameter("单位代码,可重复", "unit code, repeatable"),
    "period": _parameter("报告期 YYYY-MM,可重复", "period YYYY-MM, repeatable", _MONTH),
    "period_from": _parameter("起始报告期", "first period", _MONTH),
    "period_to": _parameter("终止报告期", "last period", _MONTH),
    "peer": _parameter("同组单位代码,可重复", "code of a unit to compare with, repeatable"),
    "under": _parameter("汇总单位代码", "code of a unit that adds up others"),
    "element": _parameter("填报项代码,可重复", "element code, repeatable"),
    "indicator": _parameter("指标代码,可重复", "indicator code, repeatable"),
    "target": _parameter("目标代码,可重复", "target code, repeatable"),
    "group": _parameter("任务分组代码,可重复", "code of a group of tasks, repeatable"),
    "kind": _parameter("任务类别,可重复", "kind of task, repeatable"),
    "lead": _parameter("牵头单位代码,可重复", "code of a lead unit, repeatable"),
    "phase": _parameter("阶段代码,有节点在其中的;可重复", "code of a phase with a milestone in it, repeatable"),
    "task": _parameter("任务序号,可重复", "number of a task, repeatable", _PLACE),
    "state": _parameter("状态,可重复", "state, repeatable"),
    "on": _parameter("评估日 YYYY-MM-DD", "day judged, YYYY-MM-DD", {"type": "string", "format": "date"}),
    "basis": _parameter("submitted 或 verified", "submitted or verified", _of(Basis)),
    "history": _parameter("true 为全部版本", "true: every revision", {"type": "boolean"}),
    "after_seq": _parameter("只要此序号之后入库的", "only what was recorded after this sequence number", _PLACE),
    "after_hash": _parameter(
        "取得 after_seq 那次的 X-As-Of-Hash;账本已不同时拒绝(409)",
        "the X-As-Of-Hash that came with after_seq; refused (409) where the ledger is another one by now",
    ),
    "as_of": _parameter("截至:日期、时刻或序号", "what was known then: a day (its end), a moment or a sequence number"),
    "since": _parameter(
        "自何时起的变化:日期、时刻或序号;不给则为两个报告期之间",
        "changes since then: a day (its end), a moment or a sequence number; without it, between two months",
    ),
    "release": _parameter(
        "数据发布序号:截至与口径同该次发布",
        "number of a release: its vintage and basis",
        {"type": "integer", "minimum": 1, "maximum": GREATEST_RELEASE},
    ),
    "columns": _parameter("所取的列,依次以逗号分隔", "columns in this order, separated by commas"),
    "sort": _parameter("排序的列,以逗号分隔,- 为降序", "columns to sort by, separated by commas, - for descending"),
    "where": _parameter(
        "行的条件:列:值,值;列:<数(*:有值,空:无值)",
        "conditions on rows: column:cell,cell;column:<number (*: any cell, nothing: none)",
    ),
    "across": _parameter(
        "target:一行一个单位,列为 目标代码.列名",
        "target: a row a unit, columns CODE.column",
        _WORD | {"enum": ["target"]},
    ),
    "limit": _parameter(
        "每页行数;不给则全部", "rows a page; without it everything is streamed", _PLACE | {"minimum": 1}
    ),
    "cursor": _parameter("取自上一页的 Link 头", "from the Link header of the page before"),
    "lang": _parameter("zh 或 en", "zh or en", _of(Language)),
    "bom": _parameter(
        "1:带 BOM,供 Excel 与 WPS", "1: with a byte-order mark, for Excel and WPS", _WORD | {"enum": ["0", "1"]}
    ),
}

_CELLS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.CODE: {"type": ["string", "null"]},
    Kind.INTEGER: {"type": ["integer", "null"]},
    Kind.NUMBER: {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"},  # a decimal in full
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.DATE: {"type": ["string", "null"], "format": "date"},
    Kind.PERIOD: {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}$"},
    Kind.INSTANT: {"type": ["string", "null"], "format": "date-time"},
}
_HEADERS = {
    "X-As-Of-Seq": {"description": "Up to which sequence number everything is in it", "schema": {"type": "integer"}},
    "X-Read-From": {
        "description": "Where there is a copy of the database: whether this was read from the `copy`, which then knew "
        "every entry that the database had, or from the `database`",
        "schema": {"type": "string", "enum": ["copy", "database"]},
    },
    "X-Ledger-In-Doubt": {
        "description": "Only while the ledger is not the one that was signed: why, and a sentence in both languages. "
        "Keep what you have, and take nothing in its place",
        "schema": {"type": "string"},
    },
    "ETag": {"description": "The same bytes have the same tag", "schema": {"type": "string"}},
    "Repr-Digest": {"description": "sha-256 of the bytes (RFC 9530)", "schema": {"type": "string"}},
    "Unencoded-Digest": {
        "description": "Of an answer in gzip: sha-256 of what it unpacks to",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The schema ("describedby") and the next page ("next")', "schema": {"type": "string"}},
}


def row_name(dataset: AnyDataset) -> str:
    """What the schema of a dataset's row is called: `TaskReportsRow`."""
    return "".join(part.title() for part in dataset.name.split("_")) + "Row"


def row_schemas() -> dict[str, dict[str, Any]]:
    """Every dataset's row as JSON and the words in it, by name.

    Which columns a row has is the pull's to choose, so none is required.
    """
    choices = {type(words[0]) for dataset in DATASETS.values() for words in dataset.choices.values()}
    kinds: set[type[StrEnum]] = {*choices, Basis, Language}
    words = {kind.__name__: TypeAdapter(kind).json_schema() for kind in sorted(kinds, key=lambda kind: kind.__name__)}
    words |= {
        _code_name(name): {
            "type": "string",
            "description": f"{found.title.zh} / {found.title.en}",
            "enum": list(found.words),
        }
        for name, found in fixed_codelists().items()
    }
    return words | {
        row_name(dataset): {
            "type": "object",
            "description": f"{dataset.grain.zh} / {dataset.grain.en}",
            "properties": {column.name: _cell(dataset, column) for column in (dataset.history or dataset).columns},
        }
        for dataset in DATASETS.values()
    }


def _code_name(codelist: str) -> str:
    """What the schema of a code of a list is called: `SlipStatesCode`."""
    return "".join(part.title() for part in codelist.split("_")) + "Code"


def _cell(dataset: AnyDataset, heading: Heading) -> dict[str, Any]:
    title = {"description": f"{heading.title.zh} / {heading.title.en}"}
    listed = codelist_of(dataset.name, heading.name) if heading.kind is Kind.CODE else None
    if listed is not None and listed in fixed_codelists():
        return {"anyOf": [{"$ref": _HERE + _code_name(listed)}, {"type": "null"}]} | title
    return _CELLS[heading.kind] | title


def pull_answers(dataset: AnyDataset, form: str) -> dict[int | str, Any]:
    """The answers of a pull, for the OpenAPI document."""
    media_type = (dataset.media_type or MEDIA_TYPES[form]).partition(";")[0]
    whole: dict[str, dict[str, Any]] = {
        "json": {"type": "array", "items": {"$ref": _HERE + row_name(dataset)}},
        "csv": {"type": "string"},
    }
    return {
        200: {
            "description": dataset.title.en,
            "headers": _HEADERS,
            "content": {media_type: {"schema": whole.get(form, {"type": "string", "format": "binary"})}},
        },
        206: {"description": "The range asked for: only with an If-Range that names the tag of what would come"},
        304: {"description": "Unchanged: the tag in If-None-Match is that of what would come"},
        416: {"description": "The range lies outside what would come"},
    }


def documented_pull(dataset: AnyDataset, form: str) -> dict[str, Any]:
    """What a pull takes, for the OpenAPI document."""
    names = sorted(dataset.parameters if form == "csv" else dataset.parameters - CSV_ONLY)
    return {"parameters": [_documented(dataset, name) for name in names]}


def _documented(dataset: AnyDataset, name: str) -> dict[str, Any]:
    known = PARAMETERS[name]
    text, schema = f"{known.text.zh} / {known.text.en}", known.schema
    if name in dataset.choices:
        words = dataset.choices[name]
        text = f"{' 或 '.join(words)}:在其中另行排名 / {' or '.join(words)}: ranked among themselves"
        schema = _of(type(words[0]))
    elif name == "state" and dataset.states:
        schema = _WORD | {"enum": list(dataset.states)}
    if name in LISTS and name not in dataset.single and name not in dataset.choices:
        schema = {"type": "array", "items": schema}
        if name in dataset.numbers:
            fewest, most = dataset.numbers[name]
            schema |= {"minItems": fewest, "maxItems": most, "uniqueItems": True}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _check_parameters_are_described() -> None:
    missing = {name for dataset in DATASETS.values() for name in dataset.parameters} - set(PARAMETERS)
    if missing:
        raise RuntimeError(f"parameters without a description: {sorted(missing)}")


_check_parameters_are_described()
