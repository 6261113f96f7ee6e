"""Each mutant is tried by its module's own tests, in a fork of a process that has loaded everything else."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, settings

from benchmarks.house import import_edges, modules_of, working_files
from tests.mutations.mutants import Mutant, mutants
from tests.mutations.suites import own_tests
from tests.serving import ROOT

_FLOORS = ("metrics", "tests")
_MEMORY = 6 * 1024**3  # bytes of address space: a loop that does not end must not take the machine's
_FAILED = (1, 2)  # pytest's codes: a test failed, or its module could not be loaded
_PASSED = 0
_NOT_NEEDED = ("cacheprovider", "unraisableexception", "threadexception")  # the last two collect garbage at the end
_LEAST_SECONDS = 5  # of the processor
_AT_MOST = 4  # times what the tests of the unchanged module take


@dataclass(frozen=True)
class Trial:
    """What became of a mutant. One that took four times as long as the module itself is killed, too."""

    mutant: Mutant
    killed: bool


def source_of(module: str) -> str:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")


def prepare(modules: Iterable[str]) -> None:
    """Load what every trial needs. Examples are drawn the same way in each, and a failing one is not made smaller."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    examples = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutations", phases=examples, deadline=None, database=None, derandomize=True, suppress_health_check=HealthCheck
    )
    settings.load_profile("mutations")
    for path in dict.fromkeys(test.partition("::")[0] for module in modules for test in own_tests(module)):
        importlib.import_module(_dotted(path))
    _known_by()  # once for all trials
    gc.collect()
    gc.freeze()  # what the forks share is not to be looked through, and so copied, by each


def try_all(tried: Sequence[Mutant], *, workers: int, step: Callable[[Trial], None]) -> list[Trial]:
    """Try every mutant, `workers` at a time. Raises RuntimeError if a module's tests fail without any change."""
    unchanged = {module: _unchanged(module) for module in dict.fromkeys(mutant.module for mutant in tried)}
    waiting, running, done = list(reversed(tried)), dict[int, Mutant](), []
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            running[_fork(mutant.module, mutant, unchanged[mutant.module])] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        done.append(Trial(mutant, killed=_is_killed(mutant.name, status)))
        step(done[-1])
    return done


def _is_killed(name: str, status: int) -> bool:
    if os.WIFSIGNALED(status):
        return True
    code = os.WEXITSTATUS(status)
    if code not in (_PASSED, *_FAILED):
        raise RuntimeError(f"{name}: the tests ended with {code}")
    return code != _PASSED


@dataclass(frozen=True)
class _Unchanged:
    """How the tests of an unchanged module went: how much of the processor a mutant may use, and each one's seconds."""

    limit: int
    seconds: Mapping[str, float]


def _unchanged(module: str) -> _Unchanged:
    """Raises RuntimeError if a test fails."""
    before, started = _used(), time.monotonic()
    reading, writing = os.pipe()
    child = _fork(module, None, _Unchanged(600, {}), told=writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        seconds = {name: float(took) for took, _, name in (line.rstrip("\n").partition(" ") for line in told)}
    _, status = os.waitpid(child, 0)
    if status:
        tests = " ".join(own_tests(module))
        raise RuntimeError(f"{tests} fail without any change of {module}; after {time.monotonic() - started:.0f} s")
    return _Unchanged(max(_LEAST_SECONDS, round(_AT_MOST * (_used() - before))), seconds)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fork(module: str, mutant: Mutant | None, unchanged: _Unchanged, *, told: int | None = None) -> int:
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (unchanged.limit, unchanged.limit))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        signal.alarm(20 * unchanged.limit)  # of the clock, for one that waits
        code = _try(module, mutant, _QuickestFirst(unchanged.seconds, told))
    finally:
        os._exit(code)


class _QuickestFirst:
    """Most mutants are killed by a quick test. `told`: where each test's seconds are written, if they are not known."""

    def __init__(self, seconds: Mapping[str, float], told: int | None) -> None:
        self._seconds = seconds
        self._told = told

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._told is not None and report.when == "call":
            os.write(self._told, f"{report.duration:.4f} {report.nodeid}\n".encode())


def _try(module: str, mutant: Mutant | None, quickest_first: _QuickestFirst) -> int:
    """pytest's exit code for the module's tests, with the module changed."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    for name in (module, *_dependents(module)):
        _forget(name)
    try:
        _load(module, mutant)
    except Exception:  # whatever it raises: a module that does not load is noticed
        return _FAILED[0]
    left_out = [word for plugin in _NOT_NEEDED for word in ("-p", f"no:{plugin}")]
    options = ["-x", "-q", "--noconftest", "--assert=plain", *left_out, "--rootdir", str(ROOT)]
    return int(pytest.main([*options, *(f"{ROOT}/{test}" for test in own_tests(module))], [quickest_first]))


def _load(module: str, mutant: Mutant | None) -> None:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    code = compile(source_of(module) if mutant is None else mutant.make(), spec.origin, "exec")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded
    folder, _, leaf = module.rpartition(".")
    setattr(sys.modules[folder], leaf, loaded)
    exec(code, loaded.__dict__)  # noqa: S102  our own module, in a process of its own


def _forget(name: str) -> None:
    if sys.modules.pop(name, None) is not None:
        folder, _, leaf = name.rpartition(".")
        vars(sys.modules[folder]).pop(leaf, None) if folder in sys.modules else None


def _dependents(module: str) -> set[str]:
    """The modules that know `module`, directly or through others: they hold what it was before the change."""
    found, new = set[str](), {module}
    while new:
        found |= new
        new = {other for name in new for other in _known_by()[name]} - found
    return found - {module}


@cache
def _known_by() -> Mapping[str, set[str]]:
    """Of every module that is loaded, the loaded ones that import it."""
    loaded = {path: text for path, text in working_files(ROOT).items() if _dotted(path) in sys.modules}
    known_by = defaultdict[str, set[str]](set)
    for name, known in import_edges(modules_of(loaded, floors=_FLOORS)):
        known_by[known].add(name)
    return known_by


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def mutants_of(modules: Iterable[str]) -> list[Mutant]:
    return [mutant for module in modules for mutant in mutants(module, source_of(module))]
