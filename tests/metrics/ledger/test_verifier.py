"""`verify.py` is its modules, put together: every one of them, whole, and nothing else but Python's own library."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from metrics.ledger import verifier
from metrics.ledger.verifier import verifier_source
from metrics.ledger.verifying.leaves import restores

MODULES = Path(verifier.__file__).parent / "verifying"
# What Python 3.9 does not have of what the verifier could use, beside syntax: names, and arguments of calls.
NEWER = {"UTC", "StrEnum", "pairwise", "batched", "bit_count", "file_digest", "TypeAlias", "Self", "assert_never"}
NEWER_ARGUMENTS = {"strict", "slots", "kw_only", "newline"}


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in place of that of the modules."""
    monkeypatch.setattr(verifier, "_FOLDER", tmp_path)
    verifier_source.cache_clear()
    yield tmp_path
    verifier_source.cache_clear()


def test_every_statement_of_every_module_stands_in_the_file_once() -> None:
    one_file = ast.parse(verifier_source())
    statements = [ast.dump(node) for node in one_file.body]
    for path in MODULES.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body[1:]:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                assert statements.count(ast.dump(node)) == 1, f"{path.name}, line {node.lineno}"
    assert "metrics" not in {name.partition(".")[0] for name in _imported(one_file)}
    assert {name.partition(".")[0] for name in _imported(one_file)} <= sys.stdlib_module_names


def test_python_3_9_can_read_it() -> None:
    tree = ast.parse(verifier_source(), feature_version=(3, 9))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert names & NEWER == set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = {(word.arg, ast.unparse(call.func)) for call in calls for word in call.keywords}
    assert {(word, call) for word, call in given if word in NEWER_ARGUMENTS and call != "io.StringIO"} == set()


def test_whoever_has_the_sources_puts_it_together_with_nothing_installed() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", verifier.__file__], capture_output=True, check=True)
    assert done.stdout.decode() == verifier_source()


def test_modules_come_after_those_they_need_and_the_command_last(modules: Path) -> None:
    _write(modules, "command", "import sys\nfrom metrics.ledger.verifying.b import two", "two()")
    _write(modules, "b", "from metrics.ledger.verifying.a import ONE", "def two():\n    return ONE")
    _write(modules, "a", "import re", "ONE = re")
    source = verifier_source()
    assert source.index("ONE = re") < source.index("def two") < source.index("\ntwo()")
    assert source.startswith('"""About command."""\n\nfrom __future__ import annotations\n\nimport re\nimport sys\n')
    assert "# About a." in source


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ("from metrics.ledger.verifying.a import ONE", "def ONE(): ..."),
        ("from metrics.ledger.verifying.a import ONE", "re = 1"),
        ("from metrics.ledger.verifying.a import ONE as one", "one = 2"),
        ("from re import re\nfrom metrics.ledger.verifying.a import ONE", "two = 2"),
        ("from metrics.ledger.verifying.a import ONE", "def late():\n    import os"),
    ],
)
def test_what_would_mean_another_thing_in_one_file_is_refused(modules: Path, imports: str, body: str) -> None:
    _write(modules, "a", "import re", "ONE = re")
    _write(modules, "command", imports, body)
    with pytest.raises(ValueError, match=r"twice|by two modules|own names"):
        verifier_source()


def _write(folder: Path, name: str, imports: str, body: str) -> None:
    text = f'"""About {name}."""\n\nfrom __future__ import annotations\n\n{imports}\n\n{body}\n'
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize(
    ("remembered", "zh", "en", "lost"),
    [
        ({"size": 9, "root": "00"}, "(原到 9 条)", "(of 9)", range(4, 10)),
        ({"size": 2, "root": "00"}, "此前的 2 条有一段被放弃", "of 2 entries some were given up", range(1, 3)),
        ({"size": 3, "root": "00"}, "续写到 3 条", "had brought it to 3", range(1, 4)),
        (None, "(签名器的记忆不在,原到几条不明)", "(of how many is not known: the signer's memory was gone)", range(0)),
    ],
)
def test_a_restore_is_told_whether_the_signer_remembered_or_not(
    remembered: dict[str, object] | None, zh: str, en: str, lost: range
) -> None:
    said = {"kind": "epoch", "cause": "restored", "seq": 4, "found": {"size": 3}, "remembered": remembered}
    ((told, sizes),) = restores([json.dumps(said | {"reason": "演练"}, separators=(",", ":")).encode()])
    assert zh in told
    assert en in told
    assert "None" not in told
    assert sizes == lost
