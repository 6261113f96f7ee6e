"""A plan folder read into a Plan. Every value stays text until the model says what it is: nothing passes a float."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from metrics.plan.model import Document, Plan
from metrics.plan.problems import FILE_OF, FILES, PlanInvalid, PlanProblem, may_be_source_file, problem_at

_LOADER = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_DEEPEST = 20
_NULL = {"", "~", "null", "Null", "NULL"}
_OPTIONAL = {name for name, fields in FILES.items() if all(not Plan.model_fields[f].is_required() for f in fields)}

# Pydantic's kind of error -> what was expected; its own sentence is English only.
_EXPECTED = {
    "date": ("应为日期 YYYY-MM-DD", "Expected a date YYYY-MM-DD"),
    "decimal": ("应为数", "Expected a number"),
    "finite_number": ("应为有限的数", "Expected a finite number"),
    "int": ("应为整数", "Expected a whole number"),
    "bool": ("应为 true 或 false", "Expected true or false"),
    "string": ("应为文字", "Expected text"),
    "tuple": ("应为列表", "Expected a list"),
    "model": ("应为“名称: 内容”的形式", "Expected names with contents"),
}

Location = tuple[str | int, ...]


def read_plan(path: Path) -> Plan:
    """The plan in the folder `path`, every part of the form the model asks for; references are not followed here.

    Raises PlanInvalid naming every file and place that could not be read.
    """
    if not path.is_dir():
        raise PlanInvalid([problem_at("folder_missing", str(path), "", given=path)])
    problems: list[PlanProblem] = []
    body: dict[str, Any] = {}
    for name in FILES:
        if name in _OPTIONAL and not (path / name).exists():
            continue
        content, found = _read_file(path / name)
        body |= {key: value for key, value in content.items() if key in FILES[name]}
        problems += found
    for extra in sorted({*path.glob("*.yaml"), *path.glob("*.yml")}):
        if extra.name not in FILES:
            problems.append(problem_at("file_unknown", extra.name, "", given=extra.name))
    try:
        plan = Plan.model_validate(body)
    except ValidationError as refused:
        unread = {problem.file for problem in problems if not problem.place or problem.place.startswith("line ")}
        said = {(problem.file, problem.place) for problem in problems}
        further = [refused_value(error, body) for error in refused.errors()]
        problems += [p for p in further if p.file not in unread and (p.file, p.place) not in said]
    if problems:
        raise PlanInvalid(problems)
    return plan


def source_text(path: Path) -> str:
    """The text of the plan document in the folder `path`, which `document.yaml` names. Raises PlanInvalid."""
    content, problems = _read_file(path / "document.yaml")
    if problems:
        raise PlanInvalid(problems)
    document = content["document"]
    default = Document.model_fields["source_file"].default
    name = str(document.get("source_file", default)) if isinstance(document, dict) else str(default)
    if not may_be_source_file(name):
        raise PlanInvalid([problem_at("file_name_odd", "document.yaml", "document.source_file", given=name)])
    text = _text(path / name)
    if isinstance(text, PlanProblem):
        raise PlanInvalid([text])
    return text


def _text(path: Path) -> str | PlanProblem:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return problem_at("file_missing", path.name, "", given=path.name)
    except OSError as error:
        return problem_at("file_unreadable", path.name, "", given=error.strerror)
    except UnicodeDecodeError as error:
        return problem_at("not_utf8", path.name, "", given=error.start)


def _read_file(path: Path) -> tuple[dict[str, Any], list[PlanProblem]]:
    """The content of one file by field, and what is wrong with it as YAML."""
    text = _text(path)
    if isinstance(text, PlanProblem):
        return {}, [text]
    reading = _Reading()
    try:
        content = reading.whole(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        return {}, [problem_at("not_yaml", path.name, place, given=reason)]
    except _Refused as refused:
        return {}, [problem_at(refused.code, path.name, f"line {refused.line}", given=refused.given)]
    if not isinstance(content, dict):
        return {}, [problem_at("not_a_mapping", path.name, "")]
    problems = [
        problem_at("key_twice", path.name, _place(location, content), given=key, line=line)
        for location, key, line in reading.doubled
    ]
    known = FILES[path.name]
    problems += [problem_at("key_unknown", path.name, key, given=key) for key in content if key not in known]
    problems += [problem_at("key_missing", path.name, key, given=key) for key in known if content.get(key) is None]
    return content, problems


@dataclass
class _Refused(Exception):
    """Something valid YAML allows and a plan file does not."""

    code: str
    line: int
    given: object


@dataclass
class _Reading:
    """Builds values from YAML events: texts, lists, mappings and null; `doubled` names the keys given twice."""

    doubled: list[tuple[Location, str, int]] = field(default_factory=list)

    def whole(self, text: str) -> Any:
        events = (
            event
            for event in yaml.parse(text, Loader=_LOADER)
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent)
        )
        first = next(events, None)
        content = None if first is None else self._value(first, events, ())
        second = next(events, None)
        if second is not None:
            raise _Refused("not_yaml", _line(second), "more than one document")
        return content

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], at: Location) -> Any:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused("alias_refused", line, event.anchor)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _Refused("tag_refused", line, tag)
        if len(at) > _DEEPEST:
            raise _Refused("nested_too_deep", line, _DEEPEST)
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _NULL else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(item, events, (*at, index)) for index, item in enumerate(_until_end(events))]
        return self._mapping(events, at)

    def _mapping(self, events: Iterator[yaml.Event], at: Location) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key in _until_end(events):
            line = _line(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise _Refused("key_not_text", line, "")
            name = str(key.value)
            value = self._value(next(events), events, (*at, name))
            if name in content:
                self.doubled.append((at, name, line))
            content.setdefault(name, value)
        return content


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 0


def _until_end(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def refused_value(error: ErrorDetails, body: dict[str, Any]) -> PlanProblem:
    """One of pydantic's errors as a problem at its place."""
    location = error["loc"]
    file = FILE_OF.get(str(location[0]), str(location[0])) if location else ""
    place = _place(location, body)
    if error["type"] in {"missing", "union_tag_not_found"}:
        name = location[-1] if error["type"] == "missing" else "kind"
        return problem_at("key_missing", file, place, given=name)
    if error["type"] == "extra_forbidden":
        return problem_at("key_unknown", file, place, given=location[-1])
    zh, en = _expected(error)
    given = "null" if error["input"] is None else error["input"]
    return problem_at("value_wrong", file, place, given=given, expected_zh=zh, expected_en=en)


def _expected(error: ErrorDetails) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind in {"enum", "literal_error", "union_tag_invalid"}:
        allowed = context.get("expected", context.get("expected_tags", ""))
        return f"应为 {allowed} 之一", f"Expected one of {allowed}"
    for beginning, sentences in _EXPECTED.items():
        if kind.startswith(beginning):
            return sentences
    return f"不合要求({error['msg']})", error["msg"]


def _place(location: Location, body: Any) -> str:
    """``targets[TG-05A].due_on`` for ("targets", 3, "due_on"): parts by their code, other entries by number."""
    place, value = "", body
    for depth, step in enumerate(location):
        below = _below(value, step)
        if isinstance(step, int):
            place += f"[{_key(below, step) if depth == 1 else step}]"
        elif below is None and depth < len(location) - 1 and isinstance(value, dict) and value.get("kind") == step:
            continue  # the tag by which a check's class was chosen
        else:
            place += f".{step}" if place else step
        value = below
    return place


def _below(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _key(part: Any, index: int) -> str:
    key = part.get("code", part.get("number")) if isinstance(part, dict) else None
    return key if isinstance(key, str) else f"#{index + 1}"
