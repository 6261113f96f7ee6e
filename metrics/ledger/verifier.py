"""`verify.py`: the verifier as one file, put together from its modules, to be read before it is run.

`python metrics/ledger/verifier.py > verify.py` writes it from a checkout of the sources, with nothing installed.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "verifying"
_PACKAGE = "metrics.ledger.verifying."
_COMMAND = "command"  # the module that the others lead to: its docstring is the file's
_WIDTH = 120


class _Part(NamedTuple):
    """A module: what it says of itself, what it imports, and its text from below the imports on."""

    tree: ast.Module
    imports: list[ast.Import | ast.ImportFrom]
    text: str

    @property
    def about(self) -> str:
        return ast.get_docstring(self.tree, clean=False) or ""


@cache
def verifier_source() -> str:
    """The text of `verify.py`.

    Raises ValueError where modules cannot stand in one file: names that two of them give, imports under another name.
    """
    parts = list(_parts(_COMMAND, {}).values())
    _refuse_names_given_twice(parts)
    sections = [f"# {part.about.strip()}".replace("\n", "\n# ").replace("# \n", "#\n") for part in parts[:-1]]
    bodies = [f"{about}\n\n\n{part.text}" for about, part in zip(sections, parts, strict=False)]
    last = parts[-1]
    head = f'"""{last.about}"""\n\nfrom __future__ import annotations\n\n' + "\n".join(_imports(parts))
    return "\n\n\n".join([head, *bodies, f"# The command line.\n\n\n{last.text}"]) + "\n"


def _parts(name: str, found: dict[str, _Part]) -> dict[str, _Part]:
    """Add to `found` the module called `name`, after those that it imports, and return it."""
    part = _read(_FOLDER / f"{name}.py")
    modules = [str(node.module) for node in part.imports if isinstance(node, ast.ImportFrom)]
    for other in (module.removeprefix(_PACKAGE) for module in modules if module.startswith(_PACKAGE)):
        if other not in found:
            _parts(other, found)
    found[name] = part
    return found


def _read(path: Path) -> _Part:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    end = max(node.end_lineno or 0 for node in imports)
    within = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    if len(within) != len(imports) or any(alias.asname for node in imports for alias in node.names):
        raise ValueError(f"{path.name}: imports stand at its head, under their own names")
    return _Part(tree, imports, "\n".join(source.splitlines()[end:]).strip("\n"))


def _refuse_names_given_twice(parts: list[_Part]) -> None:
    given = Counter(name for part in parts for name in {*_given(part.tree)})
    given.update(name.partition(".")[0] for name, _ in {*_taken(parts)})
    if twice := sorted(name for name, count in given.items() if count > 1):
        raise ValueError(f"names given by two modules: {', '.join(twice)}")


def _given(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives at its top level."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _taken(parts: list[_Part]) -> Iterator[tuple[str, str]]:
    """The names that modules take from the standard library, each with where it is from: one may be two things."""
    for node in (node for part in parts for node in part.imports):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif _is_of_library(node):
            yield from ((alias.name, str(node.module)) for alias in node.names)


def _is_of_library(node: ast.ImportFrom) -> bool:
    return node.module != "__future__" and not str(node.module).startswith(_PACKAGE)


def _imports(parts: list[_Part]) -> Iterator[str]:
    """The lines that import from the standard library, each thing once."""
    nodes = [node for part in parts for node in part.imports]
    yield from sorted({f"import {a.name}" for node in nodes if isinstance(node, ast.Import) for a in node.names})
    names: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and _is_of_library(node):
            names.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
    for module in sorted(names):
        line = f"from {module} import {', '.join(sorted(names[module]))}"
        listed = "".join(f"    {name},\n" for name in sorted(names[module]))
        yield line if len(line) <= _WIDTH else f"from {module} import (\n{listed})"


if __name__ == "__main__":
    sys.stdout.buffer.write(verifier_source().encode())
