"""Every number, interval, count and list of the report is written in one way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

MISSING = "–"
MINUS = "\N{MINUS SIGN}"


def decimals(smallest_effect: float | None) -> int:
    """Decimals of an estimate: 3, or 5 where the smallest effect of interest is below 0.01 (monthly hazards)."""
    return 5 if smallest_effect is not None and abs(smallest_effect) < 0.01 else 3


def number(value: float | None, digits: int = 3) -> str:
    """A decimal number with a true minus sign; no negative zero; a dash if missing."""
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def interval(ends: Sequence[float | None] | None, digits: int = 3) -> str:
    """`[low, high]`; a null end is an interval without that end."""
    if ends is None:
        return MISSING
    low, high = ends
    left, right = -math.inf if low is None else low, math.inf if high is None else high
    return f"[{number(left, digits)}, {number(right, digits)}]"


def p_value(value: float | None) -> str:
    """A p-value with three decimals, `<0.001` below that."""
    if value is None or math.isnan(value):
        return MISSING
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def p_words(value: float | None) -> str:
    """A p-value in a sentence: `p = 0.031`, `p < 0.001`."""
    if value is None or math.isnan(value):
        return "p not known"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def share(value: float | None) -> str:
    """A share as a percentage with one decimal; 100.0 % only if it is all of them."""
    if value is None or math.isnan(value):
        return MISSING
    percent = value * 100
    return "over 99.9 %" if 99.95 <= percent < 100 else f"{percent:.1f} %"


def count(value: float | None) -> str:
    """A whole number with thousands separated."""
    if value is None or math.isnan(value):
        return MISSING
    return f"{int(value):,}"


def counted(value: float | None, singular: str, plural: str | None = None) -> str:
    """A count with its noun in the right number: `1 dyad`, `58 dyads`, `no dyads`."""
    many = plural or f"{singular}s"
    if value is None or math.isnan(value):
        return f"an unknown number of {many}"
    if value == 0:
        return f"no {many}"
    return f"{count(value)} {singular if value == 1 else many}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def yes_no(value: bool | None, unknown: str = "not known") -> str:
    """`yes`, `no`, or what stands for a missing value."""
    return unknown if value is None else "yes" if value else "no"


def state_name(ccode: float | None, names: Mapping[int, str]) -> str:
    """The state's name, `state <ccode>` if the names given lack it."""
    if ccode is None:
        return "unknown state"
    return names.get(int(ccode), f"state {int(ccode)}")


def dyad_name(label: Any, names: Mapping[int, str]) -> str:
    """`United States – Russia` for `2-365`, `2|365` or `[2, 365]`; any other label as it is."""
    if label is None:
        return MISSING
    text = "-".join(str(part) for part in label) if isinstance(label, (list, tuple)) else str(label)
    codes = text.replace("|", "-").replace("_", "-").split("-")
    if len(codes) == 2 and all(code.strip().isdigit() for code in codes):
        return " – ".join(state_name(int(code), names) for code in codes)
    return text


def sentence(text: str | None) -> str:
    """The text with a full stop and, unless it starts with a column's name, a capital; empty if there is none."""
    trimmed = " ".join((text or "").split())
    if not trimmed:
        return ""
    ended = trimmed if trimmed[-1] in ".!?" else f"{trimmed}."
    names_column = "_" in ended.split()[0]
    return ended if names_column else ended[0].upper() + ended[1:]
