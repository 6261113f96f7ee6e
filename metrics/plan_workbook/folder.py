"""The files of a plan's folder as a plan makes them, and a folder that is written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from metrics.errors import Conflict, Message
from metrics.forms import plain
from metrics.plan.model import Plan
from metrics.plan.problems import FILES
from metrics.plan_workbook.field_texts import PART_TEXTS


class _Dumper(yaml.SafeDumper):
    """Dates, numbers and words of the plan as a person writes them."""


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = plain(value)
    kind = "float" if "." in text else "int"  # as YAML itself would take it, so that no tag is written
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _number)
_Dumper.add_multi_representer(StrEnum, lambda dumper, value: dumper.represent_str(str(value)))


def plan_files(plan: Plan, source_text: str) -> dict[str, str]:
    """File name → content: the parts that the plan has, and its document's text."""
    files = {}
    for name, fields in FILES.items():
        body = {field: _content(plan, field) for field in fields}
        if not any(body.values()) and all(not Plan.model_fields[field].is_required() for field in fields):
            continue
        head = "".join(f"# {field}: {PART_TEXTS[field].zh} / {PART_TEXTS[field].en}\n" for field in fields)
        written = yaml.dump(
            body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
        )
        files[name] = f"{head}\n{written}"
    files[plan.document.source_file] = source_text
    return files


def _content(plan: Plan, field: str) -> Any:
    value = getattr(plan, field)
    if not isinstance(value, tuple):
        return value.model_dump(exclude_defaults=True)
    found = [part.model_dump(exclude_defaults=True) for part in value]
    if field == "checks":  # by its kind a check is known, also where that is the class's own
        return [{"kind": part.kind, **content} for part, content in zip(value, found, strict=True)]
    return found


def write_folder(folder: Path, files: Mapping[str, str | bytes], *, overwrite: bool = False) -> None:
    """Write the files into a new or empty folder. Raises Conflict for another one, unless it may be overwritten.

    Overwritten are its plan files alone: what is not among `files` goes, anything else in the folder stays.
    """
    if not overwrite and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(
            code="folder_not_empty",
            message=Message(
                f"文件夹 {folder} 已有内容:请用新的文件夹。", f"The folder {folder} is not empty: name a new one."
            ),
        )
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _fill(folder, files)
    except OSError:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(folder: Path, files: Mapping[str, str | bytes]) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (Path(aside) / name).write_bytes(data)
        for name in FILES.keys() - files.keys():
            (folder / name).unlink(missing_ok=True)
        for name in files:
            shutil.move(Path(aside) / name, folder / name)
