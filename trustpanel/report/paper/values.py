"""Every value that the text names is found in the results, or the paper stops and says where and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustpanel.errors import PaperError
from trustpanel.report import formats as f
from trustpanel.report.layout import detectable

STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
LISTED = 60


def _digits(places: int) -> Callable[[Any], str]:
    return lambda value: f.number(value, places)


def _ends(places: int) -> Callable[[Any], str]:
    return lambda value: f.interval(value, places)


def _seen(places: int) -> Callable[[Any], str]:
    """The minimum detectable effect of a parameter."""
    return lambda parameter: f.number(detectable(parameter), places)


FORMATS: dict[str, Callable[[Any], str]] = {
    "count": f.count,
    "share": f.share,
    "p": f.p_words,
    "words": str,
    "list": lambda value: f.listed([str(v) for v in value]),
    "year": lambda value: str(int(value)),
    **{f"n{places}": _digits(places) for places in range(6)},
    **{f"ci{places}": _ends(places) for places in range(6)},
    **{f"seen{places}": _seen(places) for places in range(6)},
}


@dataclass(frozen=True)
class Place:
    """A line of a file of the text, for errors."""

    file: str
    line: int

    def refuse(self, message: str, *, expected: object = None, found: object = None, next_step: str) -> PaperError:
        """The error that names this place."""
        return PaperError(
            message, file=self.file, row=f"line {self.line}", expected=expected, found=found, next_step=next_step
        )


def value_at(tree: Any, path: str, place: Place) -> Any:
    """What stands at `path`: steps by `.`, `[3]` or `[key=value,key=value]` for the one entry of a list.

    Raises `PaperError` with the place in the text if a step leads nowhere or to more than one entry.
    """
    found = tree
    for match in STEP.finditer(path.strip()):
        name, chosen = match.group(1), match.group(2)
        try:
            found = found[name] if name is not None else _entry(found, chosen)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            step = name if name is not None else f"[{chosen}]"
            raise place.refuse(
                f"the text names a value that no result has: {path.strip()}",
                expected=_offered(found),
                found=step,
                next_step="mend the path in the text, or run the analysis that yields the value",
            ) from error
    return found


def exists(tree: Any, path: str, place: Place) -> bool:
    """Whether a value other than null stands at `path`."""
    try:
        return value_at(tree, path, place) is not None
    except PaperError:
        return False


def shown(tree: Any, slot: str, place: Place) -> str:
    """The text of a slot `path|format`, with a noun for `path|of war`.

    Raises `PaperError` if the value is null or the format unknown.
    """
    path, bar, name = slot.partition("|")
    kind = name.strip() if bar else "words"
    if kind not in FORMATS and not kind.startswith("of "):
        raise place.refuse(
            "a slot asks for a format that does not exist",
            expected=f"{', '.join(FORMATS)}, of <noun>",
            found=kind,
            next_step="choose one of them",
        )
    value = value_at(tree, path, place)
    if value is not None and kind.startswith("of "):
        singular, _, plural = kind.removeprefix("of ").partition("/")
        return f.counted(value, singular, plural or None)
    if value is None:
        raise place.refuse(
            f"the value of a slot is missing: {path.strip()}",
            found="null",
            next_step="say in the text what holds when it is missing: {{if exists path}} ... {{else}} ... {{end}}",
        )
    try:
        return FORMATS[kind](value)
    except (TypeError, ValueError) as error:
        raise place.refuse(
            f"the value of a slot does not fit its format: {path.strip()}",
            expected=kind,
            found=value,
            next_step="choose a format that fits the value",
        ) from error


def holds(tree: Any, condition: str, place: Place) -> bool:
    """Whether a condition is true: parts by ` and ` or by ` or `, each `[not] exists p`, `p`, `p is word`, `p above
    0`, `p below 0`, `p over q`.

    `above 0` of an interval: its lower end lies above 0; `below 0`: its upper end lies below.
    """
    if " or " in condition:
        return any(holds(tree, part, place) for part in condition.split(" or "))
    if " and " in condition:
        return all(holds(tree, part, place) for part in condition.split(" and "))
    words = condition.split()
    turned = words[0] == "not"
    return _part(tree, words[1:] if turned else words, place) is not turned


def _part(tree: Any, words: Sequence[str], place: Place) -> bool:
    match words:
        case [path]:
            return bool(value_at(tree, path, place))
        case ["exists", path]:
            return exists(tree, path, place)
        case [path, "is", *word]:
            return str(value_at(tree, path, place)) == " ".join(word)
        case [path, "above", "0"]:
            return _low(value_at(tree, path, place)) > 0
        case [path, "below", "0"]:
            return _high(value_at(tree, path, place)) < 0
        case [path, "over", other]:
            return bool(abs(value_at(tree, path, place)) > abs(value_at(tree, other, place)))
    raise place.refuse(
        "a condition cannot be read",
        expected="exists p, p is word, p above 0, p below 0, p over q, joined by and or or",
        found=" ".join(words),
        next_step="write it in one of these forms",
    )


def _low(value: Any) -> float:
    low = value[0] if isinstance(value, (list, tuple)) else value
    return float("-inf") if low is None else float(low)


def _high(value: Any) -> float:
    high = value[-1] if isinstance(value, (list, tuple)) else value
    return float("inf") if high is None else float(high)


def _entry(found: Any, chosen: str) -> Any:
    if "=" not in chosen:
        return found[int(chosen)]
    wanted = dict(pair.split("=", 1) for pair in chosen.split(","))
    held = [e for e in found if all(str(e[k]) == v for k, v in wanted.items())]
    if len(held) != 1:
        raise KeyError(chosen)
    return held[0]


def _offered(found: Any) -> str:
    if isinstance(found, Mapping):
        return "one of " + ", ".join(sorted(map(str, found))[:LISTED])
    if isinstance(found, (list, tuple)):
        return f"an entry of a list of {len(found)}"
    return f"nothing below {found!r}"
