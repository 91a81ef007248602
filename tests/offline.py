"""The network is off: a hook of the interpreter that refuses every address but those of this machine."""

from __future__ import annotations

import socket

HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname()}
ADDRESS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


def refuse_other_machines(event: str, arguments: tuple) -> None:
    """An `OSError` for whoever asks for another machine; to be given to `sys.addaudithook`."""
    if event not in ADDRESS:
        return
    asked = arguments[ADDRESS[event]]
    if event in ("socket.connect", "socket.sendto"):
        if not isinstance(asked, tuple):
            return  # a socket of this machine's file system
        asked = asked[0]
    name = asked.decode() if isinstance(asked, bytes) else asked or ""
    if name not in HERE:
        raise OSError(f"the network is off: {event} {name}")
