"""A page in headless Chromium, spoken to over two pipes: what it asks for, its layout, the fonts it draws with."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
#: seconds without a word from the browser
_PATIENCE = 60.0


def chromium() -> str | None:
    """Return the browser's path, or None where there is none."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


class Page:
    """One open page."""

    def __init__(self, write: int, read: int) -> None:
        """Args: file descriptors that the browser reads from and writes to."""
        self._write, self._read = write, read
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "CSS"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Send one command and return its result; events that come meanwhile are kept."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": arguments}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]  # type: ignore[no-any-return]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._read], [], [], _PATIENCE)[0], "the browser does not answer"
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has gone"
            self._buffer += part
        line, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(line)
        if "method" in answer:
            self.events.append(answer)
        return answer

    def open(self, path: Path, width: int, height: int = 900, fragment: str = "") -> None:
        """Open a file in a window of the given size and wait for its fonts."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.events.clear()
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=path.as_uri() + fragment)
        while self.evaluate("document.readyState") != "complete" or self.evaluate("location.protocol") != "file:":
            time.sleep(0.05)
        self.evaluate("document.fonts.ready.then(() => true)")

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression of the page; promises are waited for."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def requested(self) -> list[str]:
        """Return the addresses asked for since the page was opened."""
        return [one["params"]["request"]["url"] for one in self.events if one["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """Return errors and warnings that the browser logged since the page was opened."""
        logged = [one["params"]["entry"]["text"] for one in self.events if one["method"] == "Log.entryAdded"]
        return logged + [str(one["params"]) for one in self.events if one["method"] == "Runtime.exceptionThrown"]

    def fonts_of(self, selector: str) -> dict[tuple[str, bool], int]:
        """Return how many glyphs of an element's text each font drew: (family, from the page) -> glyphs."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        found: dict[tuple[str, bool], int] = {}
        self.call("DOM.requestChildNodes", nodeId=node, depth=-1)
        # one element's answer leaves out its descendants beyond the first levels, so all are asked
        for one in self.call("DOM.querySelectorAll", nodeId=node, selector="*")["nodeIds"]:
            for font in self.call("CSS.getPlatformFontsForNode", nodeId=one)["fonts"]:
                key = (font["familyName"], font["isCustomFont"])
                found[key] = found.get(key, 0) + int(font["glyphCount"])
        return found

    def screenshot(self, path: Path, most: int = 16_000) -> None:
        """Save the whole page as a picture, at most ``most`` pixels high."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], most), "scale": 1}
        self.save("Page.captureScreenshot", path, format="png", captureBeyondViewport=True, clip=clip)

    def pdf(self, path: Path) -> None:
        """Print the page."""
        self.save("Page.printToPDF", path, preferCSSPageSize=True, printBackground=True)

    def save(self, method: str, path: Path, **arguments: Any) -> None:
        """Run a command whose result is a file, and save it."""
        path.write_bytes(base64.b64decode(self.call(method, **arguments)["data"]))


@contextmanager
def browser() -> Iterator[Page]:
    """Start a browser with an empty profile, and stop it."""
    program = chromium()
    assert program is not None
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        script = f'exec 3<&{to_read} 4>&{from_write}; exec "$@"'
        process = subprocess.Popen(
            ["bash", "-c", script, "chromium", *command],
            pass_fds=(to_read, from_write),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": profile},
        )
        os.close(to_read)
        os.close(from_write)
        try:
            yield Page(to_write, from_read)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            os.close(to_write)
            os.close(from_read)
            time.sleep(0.2)  # its helpers let go of the profile
