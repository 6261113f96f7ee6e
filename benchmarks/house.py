"""The shape of the house: `python -m benchmarks.house [REVISION [REVISION]]` measures commits, or the working tree.

A commit is read through git and never checked out. Product is what stands under `api`, `dashboard`, `metrics`,
`migrations` and `seed`; tests are counted apart. A function's length is that of its body without the docstring. An
import edge is a pair of modules of the product one of which imports the other, wherever in the file it says so.
"""

from __future__ import annotations

import ast
import io
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

PRODUCT = ("api", "dashboard", "metrics", "migrations", "seed")
LONG_MODULE, LONG_FUNCTION, SHORT_MODULE, FRAGMENT = 300, 40, 50, 60

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_GIT = shutil.which("git") or "git"
_READ = re.compile(r"\.(py|js|mjs)$")
_SCRIPT_TEST = re.compile(r"^tests/.*\.m?js$")
_SCRIPT = re.compile(rf"^({'|'.join(PRODUCT)})/.*\.m?js$")
parsed = cache(ast.parse)  # the syntax of a module's text; kept, since many rules ask for that of the same


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name and path, its folder, its lines, its functions with their lengths, its classes
    and its imports."""

    name: str
    path: str
    folder: str
    lines: int
    functions: tuple[tuple[str, int], ...]
    classes: tuple[str, ...]
    imports: frozenset[str]


@dataclass(frozen=True)
class House:
    """What was measured: figures by their label in the order they are shown, and the places behind three of them."""

    figures: Mapping[str, int]
    circles: tuple[tuple[str, ...], ...]
    doubled_classes: tuple[str, ...]
    mutual_folders: tuple[tuple[str, str], ...]


def commit_files(root: Path, revision: str) -> dict[str, str]:
    """Path and text of every Python and script file of a commit."""
    archive = subprocess.run([_GIT, "archive", revision], cwd=root, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        return {
            member.name: content.read().decode()
            for member in packed
            if _READ.search(member.name) and (content := packed.extractfile(member))
        }


def working_files(root: Path) -> dict[str, str]:
    """The same of the working tree: what git knows or would take."""
    command = [_GIT, "ls-files", "--cached", "--others", "--exclude-standard"]
    named = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout.splitlines()
    paths = sorted(path for path in set(named) if _READ.search(path) and (root / path).is_file())
    return {path: (root / path).read_text(encoding="utf-8") for path in paths}


def measure(files: Mapping[str, str]) -> House:
    """The figures of a tree, given as the text of each path."""
    modules = modules_of(files)
    edges = import_edges(modules)
    circles = import_circles(edges)
    doubled = class_names_in_two_modules(modules.values())
    mutual = folders_both_ways(edges, {name: module.folder for name, module in modules.items()})
    tests = [text for path, text in files.items() if path.startswith("tests/") and path.endswith(".py")]
    figures = {
        **_sizes(list(modules.values())),
        **_ties(modules, edges),
        "import circles": len(circles),
        "folder pairs that know each other both ways": len(mutual),
        "class names in two modules": len(doubled),
        "test files in Python": len(tests),
        "lines of tests in Python": _lines(tests),
        **_scripts(files),
    }
    return House(figures, circles, doubled, mutual)


def modules_of(files: Mapping[str, str], *, floors: Iterable[str] = PRODUCT) -> dict[str, Module]:
    """The modules under `floors`, those of the product by default, by dotted name."""
    paths = {_dotted(path): path for path in files if path.endswith(".py") and path.split("/")[0] in floors}
    return {name: _read(name, path, files[path], set(paths)) for name, path in sorted(paths.items())}


def import_edges(modules: Mapping[str, Module]) -> frozenset[tuple[str, str]]:
    """Pairs of importer and imported."""
    return frozenset((name, other) for name, module in modules.items() for other in module.imports)


def import_circles(edges: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Groups of modules each of which leads back to itself through the others: strongly connected, two or more."""
    onward, back = defaultdict(set), defaultdict(set)
    for importer, imported in edges:
        onward[importer].add(imported)
        back[imported].add(importer)
    circles, left = [], set(onward) & set(back)
    while left:
        start = min(left)
        circle = _reached(start, onward) & _reached(start, back)
        if len(circle) > 1:
            circles.append(tuple(sorted(circle)))
        left -= circle
    return tuple(circles)


def fragments(modules: Mapping[str, Module], edges: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Modules of a few lines that just one other of their folder imports: they may belong in that one."""
    return tuple(
        name
        for name, importer in sorted(_single_importers(edges).items())
        if modules[name].lines < FRAGMENT and modules[name].folder == modules[importer].folder
    )


def class_names_in_two_modules(modules: Iterable[Module]) -> tuple[str, ...]:
    """Names that classes of more than one module bear."""
    times = Counter(name for module in modules for name in set(module.classes))
    return tuple(sorted(name for name, count in times.items() if count > 1))


def folders_both_ways(edges: Iterable[tuple[str, str]], folder_of: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of folders, two steps deep (`metrics.intake`), each of which imports something of the other."""
    known = {(_two_deep(folder_of[importer]), _two_deep(folder_of[imported])) for importer, imported in edges}
    return tuple(sorted(pair for pair in known if pair[0] < pair[1] and pair[::-1] in known))


def table(columns: Mapping[str, House]) -> str:
    """The figures of each tree side by side, a line a figure."""
    labels = list(next(iter(columns.values())).figures)
    wide = max(map(len, labels))
    rows = [
        ("", *columns),
        *((label, *(f"{house.figures[label]:,}" for house in columns.values())) for label in labels),
    ]
    return "\n".join(label.ljust(wide) + "".join(cell.rjust(14) for cell in cells) for label, *cells in rows)


def places(house: House) -> str:
    """The circles, pairs of folders and doubled class names, a line each."""
    lines = [
        *(f"circle: {', '.join(circle)}" for circle in house.circles),
        *(f"both ways: {first} and {second}" for first, second in house.mutual_folders),
        *(f"class name in two modules: {name}" for name in house.doubled_classes),
    ]
    return "\n".join(lines)


def _sizes(modules: Sequence[Module]) -> dict[str, int]:
    lengths = [module.lines for module in modules]
    functions = [length for module in modules for _, length in module.functions if length]
    return {
        "Python files": len(lengths),
        "lines": sum(lengths),
        "module, median lines": _middle(lengths),
        "module, p90 lines": _ninetieth(lengths),
        f"modules over {LONG_MODULE} lines": sum(length > LONG_MODULE for length in lengths),
        f"modules under {SHORT_MODULE} lines": sum(length < SHORT_MODULE for length in lengths),
        "functions": len(functions),
        "function, median lines": _middle(functions),
        "function, p90 lines": _ninetieth(functions),
        f"functions over {LONG_FUNCTION} lines": sum(length > LONG_FUNCTION for length in functions),
    }


def _ties(modules: Mapping[str, Module], edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    return {
        "files with exactly one importer": len(_single_importers(edges)),
        f"of these under {FRAGMENT} lines, importer in the same folder": len(fragments(modules, edges)),
        "import edges": sum(1 for _ in edges),
    }


def _single_importers(edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Modules that just one other imports, with that other."""
    importers = defaultdict(list)
    for importer, imported in edges:
        importers[imported].append(importer)
    return {name: found[0] for name, found in importers.items() if len(found) == 1}


def _scripts(files: Mapping[str, str]) -> dict[str, int]:
    scripts = [text for path, text in files.items() if _SCRIPT.search(path)]
    tests = [text for path, text in files.items() if _SCRIPT_TEST.search(path)]
    return {
        "script files": len(scripts),
        "lines of scripts": _lines(scripts),
        "test files of scripts": len(tests),
        "lines of tests of scripts": _lines(tests),
    }


def statements_of(block: ast.AST) -> Iterator[ast.AST]:
    """The statements below `block`, however deep: a tenth of its nodes. Handlers and cases are among them."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        for statement in getattr(block, part, ()):
            yield statement
            yield from statements_of(statement)


def _read(name: str, path: str, text: str, known: set[str]) -> Module:
    nodes = tuple(statements_of(parsed(text)))
    folder = ".".join(PurePosixPath(path).parent.parts)
    imports = {found for node in nodes for found in _imported(node, folder) if found != name}
    return Module(
        name=name,
        path=path,
        folder=folder,
        lines=len(text.splitlines()),
        functions=tuple((node.name, _body_length(node)) for node in nodes if isinstance(node, _FUNCTION)),
        classes=tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
        imports=frozenset(_known(found, known) for found in imports) - {name, ""},
    )


def _imported(node: ast.AST, folder: str) -> Iterator[str]:
    """Everything an import statement may mean: a name taken from a package can be a module of it."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = folder.split(".")[: len(folder.split(".")) - node.level + 1] if node.level else []
        package = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{package}.{alias.name}" for alias in node.names)


def _known(found: str, known: set[str]) -> str:
    """The module meant: the name itself, or the module it is taken from; empty for what is not the product's."""
    if found in known:
        return found
    package = found.rpartition(".")[0]
    return package if package in known else ""


def _body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    statements = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def _reached(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        new = onward.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _two_deep(folder: str) -> str:
    return ".".join(folder.split(".")[:2])


def _lines(texts: Iterable[str]) -> int:
    return sum(len(text.splitlines()) for text in texts)


def _middle(lengths: Sequence[int]) -> int:
    return round(statistics.median(lengths)) if lengths else 0


def _ninetieth(lengths: Sequence[int]) -> int:
    """The smallest length that nine of ten do not exceed."""
    return sorted(lengths)[-(-9 * len(lengths) // 10) - 1] if lengths else 0


def main(revisions: Sequence[str]) -> None:
    """Print the figures of the revisions, or of the working tree, and the places of the last one."""
    root = Path(__file__).parents[1]
    columns = {revision: measure(commit_files(root, revision)) for revision in revisions}
    columns = columns or {"working tree": measure(working_files(root))}
    sys.stdout.write(f"{table(columns)}\n\n{places(list(columns.values())[-1])}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
