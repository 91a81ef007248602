"""The explorer is written and shown: load, one call, save, then the browser."""

from __future__ import annotations

import functools
import http.server
import re
import webbrowser
from collections.abc import Callable
from pathlib import Path

from trustpanel.errors import ReportError
from trustpanel.paths import Paths


def make_explorer(paths: Paths, *, view: str = "") -> Path:
    """The page of the explorer, written with all its data from the built store; ReportError if `view` names none."""
    from trustpanel.report.explorer.site import write_explorer
    from trustpanel.store.connect import open_store
    from trustpanel.store.explorer_frames import explorer_frames

    _fragment(view)
    with open_store(paths) as con:
        frames = explorer_frames(con)
    return write_explorer(frames, paths.explorer)[0]


def open_page(page: Path, *, view: str = "") -> bool:
    """Whether a browser of this machine took the page."""
    return webbrowser.open(page.resolve().as_uri() + _fragment(view))


def serve_page(page: Path, *, port: int, view: str, show: bool, tell: Callable[[str], object]) -> None:
    """The page is served on this machine alone until the reader stops it."""
    asked = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(page.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), asked) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/{_fragment(view)}"
        tell(f"{address} (stop with Ctrl+C)")
        if show:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell("stopped")


def _fragment(view: str) -> str:
    view = view.strip().removeprefix("#")
    if view and not re.fullmatch(r"view=[\w=&,.%+*-]+", view):
        raise ReportError(
            "This names no view of the explorer.", expected="view=pair&pair=2-365&from=1970&to=1995", found=view,
            next_step="copy the view from `Cite this view`, or leave it out",
        )  # fmt: skip
    return f"#{view}" if view else ""
