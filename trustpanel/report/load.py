"""Result files read back: one JSON a hypothesis, that on convergence, the names of the states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trustpanel.errors import ReportError


def load_results(folder: Path) -> dict[str, Any]:
    """The results that read off the core model by id; raises `ReportError` if there are none or one does not read."""
    results = {key: result for key, result in _read(folder).items() if result.get("kind") != "hypothesis"}
    if not results:
        raise ReportError("there are no results", file=folder, next_step="estimate them with `trustpanel run`")
    return results


def load_hypothesis_results(folder: Path) -> dict[str, Any]:
    """The results of the hypotheses with tests of their own by id; raises `ReportError` if one does not read."""
    return {key: result for key, result in _read(folder).items() if result.get("kind") == "hypothesis"}


def _read(folder: Path) -> dict[str, Any]:
    again = "run `trustpanel run` again"
    found = [_result(file, "a result file", again) for file in sorted(folder.glob("[dh][0-9][0-9].json"))]
    return {str(result["id"]): result for result in found}


def load_convergence(folder: Path) -> dict[str, Any]:
    """`convergence.json` of `folder`; raises `ReportError` if it is absent or does not read."""
    again = "run `trustpanel run`"
    return _result(folder / "convergence.json", "the result on convergence", again, identifier="convergence")


def load_long(name: str, *folders: Path) -> dict[str, Any] | None:
    """The result of a long run from the first folder that has it, None if none has; raises `ReportError` if it does
    not read.
    """
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        return None
    stem = name.removesuffix(".json")
    return _result(file, "the result of a long run", f"run `trustpanel {stem}`", identifier=stem)


def _result(file: Path, what: str, next_step: str, *, identifier: str | None = None) -> dict[str, Any]:
    """The JSON of one result, whose id is `identifier` if one is given."""
    try:
        result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if identifier not in (None, result["id"]):
            raise ValueError(result["id"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{what} does not read", file=file, found=error, next_step=next_step) from error
    return result


def load_state_names(folder: Path) -> dict[int, str]:
    """{ccode: name} from `state_names.json` of `folder`; raises `ReportError` if it is absent or does not read."""
    file = folder / "state_names.json"
    try:
        return {int(code): str(name) for code, name in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise ReportError(
            "the names of the states do not read", file=file, found=error, next_step="write them with `make expected`"
        ) from error
