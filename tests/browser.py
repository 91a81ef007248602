"""A real Chromium without a window, driven over its debugging pipe: no driver and no library between."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--hide-scrollbars", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--mute-audio",
    "--remote-debugging-pipe",
)  # fmt: skip


def browser_file() -> str | None:
    """The browser on this machine, `$TRUSTPANEL_BROWSER` first; None if there is none."""
    named = os.environ.get("TRUSTPANEL_BROWSER")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page of one browser: what it asked for, what it complained of, and what a script in it says."""

    def __init__(self, file: str, folder: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (to_read, to_write)]
        os.close(to_read)
        os.close(to_write)

        quiet = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]
        taken = [(os.POSIX_SPAWN_DUP2, end, place) for end, place in zip(ends, (3, 4), strict=True)]
        command = [file, *FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._process = os.posix_spawn(file, command, os.environ, file_actions=[*quiet, *taken])
        for end in ends:
            os.close(end)
        self._number, self._rest = 0, b""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        (target,) = [t for t in self._ask("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        self._session = self._ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), browserContextId=None)

    def ask(self, method: str, **values: Any) -> dict[str, Any]:
        """The answer of the browser to one command for this page."""
        return self._ask(method, session=self._session, **values)

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> None:
        """The page is at `address`, drawn, in a window of this size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)
        self.wait(f"location.href !== 'about:blank' && {SHOWN}")

    def go(self, fragment: str) -> None:
        """The view of the page is that of `fragment`."""
        self.run(
            f"location.hash = {json.dumps(fragment)}; document.getElementById('main').setAttribute('aria-busy', 'true')"
        )
        self.wait(SHOWN)

    def run(self, script: str) -> Any:
        """What the script gives, promises awaited; an error in it is an error here."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"]["exception"].get("description", answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, condition: str, seconds: float = 20.0) -> Any:
        """The condition holds; AssertionError if it does not within the time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(condition):
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {condition}; said: {self.complaints[-3:]}")

    def press(self, *keys: str) -> None:
        """The keys were pressed one after the other, where the focus is."""
        for key in keys:
            code = {
                "Tab": 9,
                "Enter": 13,
                "Escape": 27,
                "ArrowLeft": 37,
                "ArrowUp": 38,
                "ArrowRight": 39,
                "ArrowDown": 40,
            }[key]
            more = {"text": "\r"} if key == "Enter" else {}
            self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **more)
            self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """The text was typed where the focus is."""
        self.ask("Input.insertText", text=text)

    def picture(self, file: Path, *, grey: bool = False) -> Path:
        """A picture of the whole page is at `file`."""
        if grey:
            self.run("document.documentElement.style.filter = 'grayscale(1)'")
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))
        return file

    def close(self) -> None:
        """The browser has ended."""
        with contextlib.suppress(AssertionError, OSError):
            self._ask("Browser.close")
        os.waitpid(self._process, 0)
        os.close(self._write)
        os.close(self._read)

    def _ask(self, method: str, session: str | None = None, **values: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": {k: v for k, v in values.items() if v is not None}}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next(60.0)
            if found.get("id") == self._number:
                if "error" in found:
                    raise AssertionError(f"{method}: {found['error']['message']}")
                return found["result"]

    def _next(self, seconds: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], seconds)[0]:
                raise AssertionError("the browser does not answer")
            if not (read := os.read(self._read, 1 << 16)):
                raise AssertionError("the browser has ended")
            self._rest += read
        text, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        self._hear(found.get("method", ""), found.get("params", {}))
        return found

    def _hear(self, method: str, said: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(said["exceptionDetails"])[:500])
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.complaints.append(json.dumps(said["args"])[:500])
            case "Log.entryAdded" if said["entry"]["level"] in ("error", "warning"):
                self.complaints.append(said["entry"]["text"])


SHOWN = "document.documentElement?.dataset.shown > 0 && document.getElementById('main')?.hasAttribute('aria-busy') === false"
