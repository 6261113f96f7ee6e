"""The first that the process loads from which services are forked: until `tests.loaded`, the last, all of it stays."""

from __future__ import annotations

import gc

gc.disable()  # what is loaded is no garbage, and looking it through takes a tenth of the time
