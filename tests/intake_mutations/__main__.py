"""`python -m tests.intake_mutations 2000 SEED`: one campaign. `… SEED/NUMBER FILE` writes one changed file.

It prints how far it is, what was read differently without a word, and one line in the end; without a seed a new one.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from tests.intake_mutations.campaign import Campaign, changed_file, run

_EVERY = 100  # files between two lines of progress


def main(arguments: list[str]) -> int:
    """0 if nothing was silently different."""
    if "/" in arguments[0]:
        seed, _, number = arguments[0].partition("/")
        kind, changed = changed_file(int(seed), int(number))
        Path(arguments[1]).write_bytes(changed.content)
        sys.stdout.write(f"{kind}: {'as it stands' if changed.right is not None else 'to be refused or asked about'}\n")
        return 0
    count = int(arguments[0])
    seed_ = int(arguments[1]) if len(arguments) > 1 else secrets.randbelow(1_000_000)

    def step(campaign: Campaign) -> None:
        if campaign.files % _EVERY == 0:
            sys.stderr.write(f"\r{campaign.files}/{count}, {len(campaign.wrong)} silently different ")
            sys.stderr.flush()

    campaign = run(count, seed_, step=step)
    sys.stderr.write("\n")
    sys.stdout.write("".join(f"{wrong}\n" for wrong in campaign.wrong))
    sys.stdout.write(f"{campaign.kinds}\n{campaign.summary}\n")
    return 1 if campaign.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
