"""`python -m tests.mutations`: every mutant of the arithmetic; `--count N [--seed S]` of them, `--only` some modules'.

Prints, a module a line, how many of its mutants its own tests kill, then the ones that live. Fails if one lives that
`equal.yaml` does not name, if one lives no longer that it names, or if less than 95 of 100 are killed of those that a
test can tell from the module: what lives and is named as equal is not counted.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import time
from collections.abc import Collection, Sequence

import yaml

from tests.mutations.mutants import Mutant
from tests.mutations.suites import MODULES
from tests.mutations.trials import Trial, mutants_of, prepare, try_all
from tests.serving import ROOT

EQUAL = ROOT / "tests" / "mutations" / "equal.yaml"
LEAST_KILLED = 95  # of 100


def equal_mutants(modules: Collection[str] = MODULES) -> dict[str, str]:
    """Mutants of `modules` that no test can tell from the module itself: name → reason."""
    named: dict[str, str] = yaml.safe_load(EQUAL.read_text(encoding="utf-8")) or {}
    leaves = {module.rpartition(".")[2] for module in modules}
    return {name: reason for name, reason in named.items() if name.partition(":")[0].partition(" ")[0] in leaves}


def main(arguments: Sequence[str]) -> int:
    """0 if all is well."""
    said = _parser().parse_args(arguments)
    modules = said.only or MODULES
    every = mutants_of(modules)
    tried, seed = _drawn(every, count=said.count, seed=said.seed)
    equal, started = equal_mutants(modules), time.monotonic()
    prepare(modules)
    done: list[Trial] = []

    def step(trial: Trial) -> None:
        done.append(trial)
        sys.stderr.write(f"\r{len(done)}/{len(tried)}, {sum(not each.killed for each in done)} live ")
        sys.stderr.flush()

    try_all(tried, workers=said.workers, step=step)
    sys.stderr.write("\n")
    sys.stdout.write("".join(f"{line}\n" for line in report(done, equal, every)))
    sys.stdout.write(f"{len(tried)} of {len(every)} mutants, seed {seed}, {time.monotonic() - started:.0f} s\n")
    return 1 if faults(done, equal, every) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--count", type=int, help="so many mutants, drawn by chance; default: all")
    parser.add_argument("--seed", type=int, help="by which they are drawn; default: one of its own")
    parser.add_argument("--only", nargs="+", metavar="MODULE", choices=MODULES, help="those of these modules")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    return parser


def _drawn(every: Sequence[Mutant], *, count: int | None, seed: int | None) -> tuple[Sequence[Mutant], int | None]:
    """What is tried, and the seed it was drawn by; None if it is all."""
    if count is None or count >= len(every):
        return every, None
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    drawn = random.Random(seed).sample(range(len(every)), count)
    return [every[number] for number in sorted(drawn)], seed


def report(done: Sequence[Trial], equal: dict[str, str], every: Sequence[Mutant]) -> list[str]:
    """A line for each module, then what is wrong."""
    lines = []
    for module in dict.fromkeys(mutant.module for mutant in every):
        own = [trial for trial in done if trial.mutant.module == module]
        live = [trial.mutant.name for trial in own if not trial.killed]
        named = sum(name in equal for name in live)
        lines.append(
            f"{module:28}{len(own) - len(live):5} of {len(own):4} killed, {named} of {len(live)} live ones named"
        )
    return [*lines, *faults(done, equal, every)]


def faults(done: Sequence[Trial], equal: dict[str, str], every: Sequence[Mutant]) -> list[str]:
    """What must not be: lives without a reason, is named and does not live, or too few are killed."""
    live = {trial.mutant.name: trial.mutant for trial in done if not trial.killed}
    killed = {trial.mutant.name for trial in done if trial.killed}
    found = [f"lives: {each.module}:{each.line} {name}" for name, each in live.items() if name not in equal]
    found += [f"named as equal and killed: {name}" for name in equal if name in killed]
    found += [f"named as equal and not there: {name}" for name in sorted(equal.keys() - {each.name for each in every})]
    told = len(done) - len(live.keys() & equal.keys())
    if 100 * len(killed) < LEAST_KILLED * told:
        found.append(f"only {len(killed)} of {told} are killed; {LEAST_KILLED} of 100 must be")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
