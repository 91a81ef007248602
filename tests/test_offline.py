"""Without a network everything but downloads works, and a download that fails says how to go on and leaves nothing."""

from __future__ import annotations

import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from refusals import largest_file

from trustpanel import cli
from trustpanel.codebook.load import load_sources
from trustpanel.codebook.schema import RawFile
from trustpanel.errors import DownloadError
from trustpanel.paths import Paths, project
from trustpanel.sources.raw import locate

TEXT = b"dyad,year\n" + b"1,1962\n" * 30_000
PIN = hashlib.sha256(TEXT).hexdigest()
SOURCE = load_sources(project().sources)["peace_data_v30"]


def test_no_test_reaches_another_machine() -> None:
    """All other tests of builds, reports, the paper, the explorer and the site run under this guard."""
    with pytest.raises(OSError, match="the network is off"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OSError, match="the network is off"):
        socket.getaddrinfo("example.org", 443)


def cut() -> list[str]:
    """The words before a command that give it a network of its own, which reaches nothing; none where not allowed."""
    words = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no process a network of its own")
    return words


USED = """
import socket, sys, trustpanel as tp
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError:
    print("cut")
asked = tp.panel("leader_dyad_year", ["contact_stock", "dispute_onset"], years=(1980, 1989))
asked.to_parquet(sys.argv[1] + "/a.parquet")
with tp.connect() as con:
    print(con.execute("select to_json({'year': max(year)})::varchar from panel where year < 1990").fetchall()[0][0])
print(len(asked.to_pandas()) > 10_000, len(tp.load("meetings")) > 5_000, tp.describe("contact_stock")["unit"])
"""


def test_the_store_is_read_without_a_network(built: Paths, tmp_path: Path) -> None:
    """Nothing, the extensions of the database among it, is fetched on first use."""
    told = [*cut(), sys.executable, "-c", USED, str(tmp_path)]
    done = subprocess.run(told, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["cut", '{"year":1989}']
    assert done.stdout.splitlines()[2].startswith("True True ")
    assert (tmp_path / "a.parquet").stat().st_size > 10_000


def test_facts_without_a_network_say_how_to_go_on_and_keep_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths(data=tmp_path / "data", analyses=project().analyses, build=tmp_path / "build")
    shutil.copytree(project().facts, paths.facts)
    for name in ("sources.toml", "corrections.toml"):
        shutil.copy(project().data / name, paths.data / name)
    before = {f.name: f.read_bytes() for f in paths.facts.iterdir()}
    monkeypatch.delenv("TRUSTPANEL_RAW", raising=False)
    monkeypatch.setattr(cli, "project", lambda: paths)
    monkeypatch.setattr(sys, "argv", ["trustpanel", "facts"])
    with pytest.raises(SystemExit) as ended:
        cli.app()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "could not be downloaded" in said
    assert "next: try again, or put the file into" in said
    assert "the committed facts stay as they are" in said
    assert {f.name: f.read_bytes() for f in paths.facts.iterdir()} == before
    assert not [f for f in paths.raw_downloads.rglob("*") if f.is_file()]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server of this machine that answers well, badly, or not to the end."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", TEXT)
    bodies = {"/data.csv": TEXT, "/half.csv": TEXT[: len(TEXT) // 2], "/all.zip": (tmp_path / "all.zip").read_bytes()}

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path, b"no such page")
            self.send_response({"/gone.csv": 404, "/broken.csv": 500}.get(self.path, 200))
            self.send_header("Content-Length", str(len(TEXT) if self.path == "/half.csv" else len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()


def fetched(raw: RawFile, folder: Path) -> bytes:
    found = locate(replace(SOURCE, files=(raw,)), (), download_to=folder)
    assert found is not None
    return found.path(raw.name).read_bytes()


@pytest.mark.parametrize(
    ("page", "pin", "said"),
    [
        ("gone.csv", PIN, "404"),
        ("broken.csv", PIN, "500"),
        ("half.csv", PIN, "IncompleteRead"),
        ("data.csv", "0" * 64, "hash"),
    ],
)
def test_a_download_that_fails_leaves_nothing_and_the_next_one_succeeds(
    page: str, pin: str, said: str, address: str, tmp_path: Path
) -> None:
    raw = RawFile("data.csv", f"{address}/{page}", len(TEXT), pin)
    with pytest.raises(
        DownloadError, match=rf"(?s){said}.*next: try again, or put the file into .* by hand"
    ) as refusal:
        fetched(raw, tmp_path / "raw")
    assert f"{address}/{page}" in str(refusal.value)
    assert not [f for f in (tmp_path / "raw").rglob("*") if f.is_file()]
    assert fetched(replace(raw, download=f"{address}/data.csv", sha256=PIN), tmp_path / "raw") == TEXT


@pytest.mark.parametrize("fault", ["no such member", "another content", "no room on the disk"])
def test_a_member_that_cannot_be_taken_out_leaves_nothing(fault: str, address: str, tmp_path: Path) -> None:
    archive = hashlib.sha256((tmp_path / "all.zip").read_bytes()).hexdigest()
    raw = RawFile("data.csv", f"{address}/all.zip", len(TEXT), PIN, "data.csv", archive)
    bad = {
        "no such member": replace(raw, archive_member="b.csv"),
        "another content": replace(raw, sha256="0" * 64),
    }.get(fault, raw)
    room = largest_file(len(TEXT) // 2) if fault == "no room on the disk" else nullcontext()
    with room, pytest.raises(DownloadError, match="next: try again"):
        fetched(bad, tmp_path / "raw")
    assert not [f for f in (tmp_path / "raw").rglob("*") if f.is_file()]
    assert fetched(raw, tmp_path / "raw") == TEXT
