"""Dash's renderer, without what grows by the square of the page, and of the polyfills before it what is wanted.

Every component on a page listens to the renderer's store, which tells each of them of each change. A component that
is new tells the store to forget what it knew of a component in that place: 1,150 of them where the overview is loaded,
told to 2,300 others each, for a store that knew of nothing there. And whatever happens (a callback is asked, answered,
done), each component follows its path through the whole page to find what it found before. Together that was two
thirds of what an act on the overview took the browser. Here a new component tells the store only what there is to
forget, and what a component found stands until `layout` or `layoutHashes`, the two that it is read from, are others.

Of 200 changes while the monthly form is loaded 60 change nothing and 70 only `callbacks`, what is asked and answered,
or `paths`, where each id stands: components read neither, so they are not told. Dash's own observers are, as they wait
for that.

Before the renderer Dash loads what browsers lacked in 2015, and puts its own in the place of what a browser has had
since, `trim` above all, which is asked thousands of times a page. Every browser that reads our own modules has all of
it but one part, which the renderer asks for: of that file only this part runs.
"""

from __future__ import annotations

from functools import lru_cache

from dash import Dash
from flask import Response, request

_SUITE = "/_dash-component-suites/dash/"
_ENDING = ".js"
RENDERER = (
    (
        b"function(t){return function(e){var r,n,o=Ji(t,e),i=$i(t);",
        b"function(t){var of_layout,of_hashes,found;return function(e){"
        b"if(e.layout===of_layout&&e.layoutHashes===of_hashes)return found;"
        b"of_layout=e.layout;of_hashes=e.layoutHashes;var r,n,o=Ji(t,e),i=$i(t);",
    ),
    (
        b"c=r.renderType),[o,null==o?void 0:o.props,u,a,c]}}(a),Vl)",
        b"c=r.renderType),found=[o,null==o?void 0:o.props,u,a,c]}}(a),Vl)",
    ),
    (
        b"(0,t.useEffect)(function(){l&&p(ia({itempath:a}))},[l])",
        b"(0,t.useEffect)(function(){l&&p(function(tell,state){var here=$i(a);"
        b"Object.keys(state().layoutHashes).some(function(known){return known.startsWith(here)})"
        b"&&tell(ia({itempath:a}))})},[l])",
    ),
    (
        b"notifyNestedSubs:function(){n.notify()}",
        b"notifyNestedSubs:function(){if(!e){var was=u.told,now=u.told=t.getState();"
        b"if(was&&Object.keys(now).every(function(part){"
        b'return now[part]===was[part]||"callbacks"===part||"paths"===part}))return}n.notify()}',
    ),
)
POLYFILLS = ((b"},{},[306]);", b"},{},[305]);"),)  # of its 306 parts the one that runs: not all, but the generators'
MENDED = {"dash-renderer/build/dash_renderer.": RENDERER, "deps/polyfill": POLYFILLS}
"""How a file of the release of Dash that is pinned begins, what stands in it, and what is put in its place."""


def install_light_renderer(app: Dash) -> None:
    """Have the files mended as they leave; one in which any place of `MENDED` is not found leaves as it is."""

    def finish(response: Response) -> Response:
        path = request.path.removeprefix(_SUITE)
        if response.status_code == 200 and path != request.path and path.endswith(_ENDING):
            for begins, places in MENDED.items():
                if path.startswith(begins):
                    response.direct_passthrough = False
                    response.set_data(mended(response.get_data(), places))
        return response

    app.server.after_request(finish)


@lru_cache(maxsize=4)
def mended(text: bytes, places: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """A file with its `places` changed, or as it was if one of them is not there exactly once."""
    if any(text.count(before) != 1 for before, _after in places):
        return text
    for before, after in places:
        text = text.replace(before, after)
    return text
