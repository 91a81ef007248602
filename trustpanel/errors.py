"""Every way the package refuses to go on: one class each, and each says what to do next."""

from __future__ import annotations

from pathlib import Path


class TrustpanelError(Exception):
    """Base of all refusals: names the place, what was expected, what was found, and the next step.

    `reason` is the same on one line without the next step, as results carry it.
    """

    NEXT_STEP = ""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        row: object = None,
        expected: object = None,
        found: object = None,
        next_step: str = "",
    ) -> None:
        self.file, self.row, self.expected, self.found = file, row, expected, found
        self.next_step = next_step or self.NEXT_STEP
        parts = [message]
        for label, value in (("file", file), ("row", row), ("expected", expected), ("found", found)):
            if value is not None:
                parts.append(f"  {label}: {value}")
        self.reason = " ".join("\n".join(parts).split())
        if self.next_step:
            parts.append(f"  next: {self.next_step}")
        super().__init__("\n".join(parts))

    def __reduce__(self) -> tuple:
        # the text is whole already: made anew in another process it would get its next step twice
        return _unpickled, (type(self), self.args, self.__dict__)


def _unpickled(kind: type[TrustpanelError], args: tuple, told: dict) -> TrustpanelError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(told)
    return error


class RawFileError(TrustpanelError):
    """A raw file is absent, altered, truncated or of another shape than its reader was written for."""


class DownloadError(TrustpanelError):
    """A pinned download did not arrive or did not verify."""


class FactsError(TrustpanelError):
    """A committed fact file is absent or does not match the manifest."""


class CodedError(TrustpanelError):
    """A row of `data/coded/` or `data/corrections.toml` breaks a rule."""


class CodebookError(TrustpanelError):
    """A `.toml` of the codebook has an unknown field, a missing twin or two owners of one column."""


class BuildError(TrustpanelError):
    """A table could not be built; the last good store is left as it was."""


class CheckError(TrustpanelError):
    """A built table breaks a declared rule (key, range, reference, window, lost rows)."""


class StoreError(TrustpanelError):
    """The store is absent or was built by another schema version."""


class UnknownNameError(TrustpanelError, LookupError):
    """A table, variable, source or choice of that name does not exist; near names are offered."""


class PanelError(TrustpanelError, ValueError):
    """A panel was asked for that cannot be made: a column that does not join, a condition that does not fit."""

    NEXT_STEP = "tp.describe(name) tells which tables hold a column and what their rows are"


class AnalysisError(TrustpanelError):
    """An analysis file declares something it may not, such as a bonding variable as state trust."""


class NotEstimableError(TrustpanelError):
    """The declared model cannot be estimated on this frame; the reason is part of the result."""

    NEXT_STEP = "estimate on more rows: declare another risk set, coverage, window or set of controls as a new version"


class NotTestableError(NotEstimableError):
    """The model could be fitted, but its terms vary too little for the result to count for or against a theory."""


class ReportError(TrustpanelError):
    """A result file that a page needs is absent or has another shape."""


class PaperError(TrustpanelError):
    """The text of the paper has a number typed by hand, a slot without a value, or a sign that nothing can set."""


class ArchiveError(TrustpanelError):
    """The replication archive would carry what may not be passed on, or does not yield the results that it claims."""
