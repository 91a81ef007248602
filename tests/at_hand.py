"""What a test needs and this machine may lack: absent, the test is skipped and says so, or fails in a strict run."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

# a run in which every file and program is promised: nothing may be skipped for want of one
STRICT = os.environ.get("TRUSTPANEL_STRICT") == "1"


def absent(reason: str) -> NoReturn:
    """The test ends here."""
    if STRICT:
        pytest.fail(reason)
    pytest.skip(reason)
