"""The application, with the places of its routes, which otherwise wait for the first request of each.

It is made once: for the tests of a process and for the services that are forked from it, or from one that loads this
last of all. What is loaded is kept from the collector of garbage, which would copy all of it into each fork to find
nothing.
"""

from __future__ import annotations

import gc

from fastapi.routing import iter_route_contexts

from api.app import create_app

APPLICATION = create_app()
assert list(iter_route_contexts(APPLICATION.routes))
gc.collect()
gc.freeze()
gc.enable()
