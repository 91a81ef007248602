"""Raw files come from the named folder, else data/raw, else the pinned address; each is verified before it is used."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile
from dataclasses import replace

import pytest

from trustpanel.codebook.load import load_sources
from trustpanel.codebook.schema import RawFile
from trustpanel.errors import DownloadError, RawFileError
from trustpanel.paths import project
from trustpanel.sources.raw import locate

TEXT = b"dyad,year\n1,1962\n"
SOURCE = load_sources(project().sources)["peace_data_v30"]


@pytest.fixture
def server(tmp_path):
    """A server on this machine that has one file, data.csv."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "data.csv").write_bytes(TEXT)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, directory=str(tmp_path / "site"), **named)

        def log_message(self, *_):
            """Say nothing."""

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_address[1]}"
    served.shutdown()


def source(address: str, digest: str):
    raw = RawFile(name="data.csv", download=f"{address}/data.csv", bytes=len(TEXT), sha256=digest)
    return replace(SOURCE, files=(raw,))


def test_a_file_that_is_nowhere_is_downloaded_and_verified(server, tmp_path):
    found = locate(source(server, hashlib.sha256(TEXT).hexdigest()), (), download_to=tmp_path / "raw")
    assert found.path("data.csv").read_bytes() == TEXT
    assert found.path("data.csv").parent == tmp_path / "raw" / SOURCE.id


def test_a_download_of_another_content_is_refused_and_leaves_nothing(server, tmp_path):
    with pytest.raises(DownloadError, match="next: try again") as refusal:
        locate(source(server, "0" * 64), (), download_to=tmp_path / "raw")
    assert "data.csv" in str(refusal.value)
    assert not list((tmp_path / "raw").rglob("data.csv"))


def archived(server, tmp_path, member: str):
    with zipfile.ZipFile(tmp_path / "site" / "all.zip", "w") as archive:
        archive.writestr("documents/data.csv", TEXT)
    pin = hashlib.sha256((tmp_path / "site" / "all.zip").read_bytes()).hexdigest()
    raw = RawFile("data.csv", f"{server}/all.zip", len(TEXT), hashlib.sha256(TEXT).hexdigest(), member, pin)
    return replace(SOURCE, files=(raw,))


def test_a_member_of_an_archive_is_taken_out_and_verified_and_the_archive_goes(server, tmp_path):
    found = locate(archived(server, tmp_path, "documents/data.csv"), (), download_to=tmp_path / "raw")
    assert found.path("data.csv").read_bytes() == TEXT
    assert [f.name for f in (tmp_path / "raw").rglob("*.*")] == ["data.csv"]


def test_an_archive_without_the_member_is_refused(server, tmp_path):
    with pytest.raises(DownloadError, match="next: try again") as refusal:
        locate(archived(server, tmp_path, "data.csv"), (), download_to=tmp_path / "raw")
    assert "no item named 'data.csv'" in str(refusal.value)
    assert not list((tmp_path / "raw").rglob("data.csv"))


def test_without_network_the_refusal_says_how_to_go_on(tmp_path):
    with pytest.raises(DownloadError, match="by hand; the committed facts stay as they are"):
        locate(source("http://127.0.0.1:9", "0" * 64), (), download_to=tmp_path / "raw")


def test_the_first_folder_wins_and_nothing_is_downloaded(tmp_path):
    for root in ("first", "second"):
        (tmp_path / root / SOURCE.id).mkdir(parents=True)
        (tmp_path / root / SOURCE.id / "data.csv").write_bytes(TEXT)
    roots = (tmp_path / "first", tmp_path / "second")
    found = locate(source("http://127.0.0.1:9", hashlib.sha256(TEXT).hexdigest()), roots)
    assert found.path("data.csv").parent.parent == tmp_path / "first"


def test_a_source_without_files_is_skipped_not_guessed(tmp_path):
    assert locate(source("http://127.0.0.1:9", "0" * 64), (tmp_path,)) is None


def test_an_altered_file_is_named(tmp_path):
    (tmp_path / SOURCE.id).mkdir()
    (tmp_path / SOURCE.id / "data.csv").write_bytes(TEXT.replace(b"1962", b"1963"))
    with pytest.raises(RawFileError, match="sha256"):
        locate(source("", hashlib.sha256(TEXT).hexdigest()), (tmp_path,))
