"""The last that the process loads from which services are forked: what they need is made there, once for all of them.

Their application is made, with the places of its routes, which otherwise wait for the first request of each; and what
is loaded is kept from the collector of garbage, which would copy all of it into each fork to find nothing. Passwords
are hashed cheaply.
"""

from __future__ import annotations

import gc

from fastapi.routing import iter_route_contexts

from api.app import create_app
from tests.cheap_passwords import hash_cheaply

hash_cheaply()
APPLICATION = create_app()
assert list(iter_route_contexts(APPLICATION.routes))
gc.collect()
gc.freeze()
gc.enable()
