"""Raw files found, downloaded if need be, and verified against `data/sources.toml`."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from trustpanel.codebook.schema import RawFile, Source
from trustpanel.errors import DownloadError, RawFileError
from trustpanel.sources.fact import RawFolder


def digest(file: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def verify(file: Path, raw: RawFile, source: str) -> None:
    """Return if `file` has the pinned size and sha256; raise `RawFileError` with both values otherwise."""
    size = file.stat().st_size
    if raw.bytes and size != raw.bytes:
        expected, found = f"{raw.bytes} bytes", f"{size} bytes"
    elif raw.sha256 and digest(file) != raw.sha256:
        expected, found = f"sha256 {raw.sha256}", f"sha256 {digest(file)}"
    else:
        return
    raise RawFileError(
        f"a raw file of source {source} is not the pinned one",
        file=file,
        expected=expected,
        found=found,
        next_step="remove the file and run `make facts` again, or restore the version named in data/sources.toml",
    )


def locate(source: Source, roots: Iterable[Path], *, download_to: Path | None = None) -> RawFolder | None:
    """The verified files of `source`, or None if a file is nowhere and may not be downloaded.

    Looks in `<root>/<source id>/` of each root in order, then downloads to `download_to/<source id>/`.
    Raises `RawFileError` for a file that fails verification and `DownloadError` for a failed download.
    """
    roots = tuple(roots)
    if source.supplied_by_user:
        folders = [root / source.id for root in roots if (root / source.id).is_dir()]
        given = sorted(p for p in folders[0].iterdir() if p.is_file()) if folders else []
        return RawFolder(source.id, {p.name: p for p in given}) if given else None
    found: dict[str, Path] = {}
    for raw in source.files:
        file = next((r / source.id / raw.name for r in roots if (r / source.id / raw.name).is_file()), None)
        if file is None and download_to is not None:
            file = _download(source, raw, download_to / source.id)
        if file is None:
            return None
        verify(file, raw, source.id)
        found[raw.name] = file
    return RawFolder(source.id, found)


def _download(source: Source, raw: RawFile, folder: Path) -> Path:
    import pooch  # heavy, and needed for downloads only

    pinned = raw.archive_sha256 if raw.archive_member else raw.sha256
    name = raw.download.rsplit("/", 1)[-1] if raw.archive_member else raw.name
    try:
        got = pooch.retrieve(raw.download, known_hash=f"sha256:{pinned}", fname=name, path=folder, progressbar=False)
        if raw.archive_member:
            _take_out(Path(got), raw, source=source.id, to=folder / raw.name)
    except Exception as error:
        raise DownloadError(
            f"a raw file of source {source.id} could not be downloaded",
            file=raw.name,
            expected=f"{raw.download} with sha256 {pinned}",
            found=str(error)[:200],
            next_step=f"try again, or put the file into {folder} by hand; the committed facts stay as they are",
        ) from error
    return folder / raw.name


def _take_out(archive: Path, raw: RawFile, *, source: str, to: Path) -> None:
    """The pinned member of a downloaded archive stands at `to`, whole and verified; the archive is gone."""
    aside = to.with_name(f".new-{to.name}")
    try:
        with zipfile.ZipFile(archive) as held:
            aside.write_bytes(held.read(raw.archive_member))
        verify(aside, raw, source)
        os.replace(aside, to)
    finally:
        aside.unlink(missing_ok=True)
        archive.unlink(missing_ok=True)
