"""A column's histogram as a small SVG: lines of text and bars, no library, the same counts give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from trustpanel.report import formats as f
from trustpanel.report.tables import html_text

Bars = Sequence[tuple[str, int]]
WIDTH, HEIGHT, FOOT = 320, 76, 14
ROW, LABEL, COUNT = 17, 150, 60
FEW = 5
LONGEST = 24


def histogram_svg(bars: Bars, *, name: str, low: object, known: int) -> str:
    """Upright bars from `low` to the last label for numbers and years; a line a value for words and few values.

    Each bar tells its count as a title; the alternative text says what is drawn. Colours come from the page.
    """
    alt = f"Histogram of {name}: {f.count(known)} known values in {len(bars)} bars."
    numbers = all(_is_number(label) for label, _ in bars) and len(bars) > FEW
    return _upright(bars, alt, low) if numbers else _lines(bars, alt)


def _upright(bars: Bars, alt: str, low: object) -> str:
    highest, step = max(count for _, count in bars), WIDTH / len(bars)
    room = HEIGHT - FOOT
    parts = []
    for place, (label, count) in enumerate(bars):
        tall = round((room - 2) * count / highest, 2)
        # a bar with any value at all stays visible
        tall = max(tall, 1.0) if count else 0.0
        parts.append(
            f'<rect x="{place * step:.2f}" y="{room - tall:.2f}" width="{step - 1:.2f}" height="{tall:.2f}">'
            f"<title>to {html_text(label)}: {f.count(count)}</title></rect>"
        )
    first = f"{low:.6g}" if isinstance(low, float) else str(low)
    words = (
        f'<text x="0" y="{HEIGHT - 2}">{html_text(first)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 2}" text-anchor="end">{html_text(bars[-1][0])}</text>'
    )
    return _svg(WIDTH, HEIGHT, alt, f'<path d="M0 {room}H{WIDTH}"/>{"".join(parts)}{words}')


def _lines(bars: Bars, alt: str) -> str:
    highest, room = max(count for _, count in bars) or 1, WIDTH - LABEL - COUNT
    parts = []
    for place, (label, count) in enumerate(bars):
        top, long = place * ROW, max(round(room * count / highest, 2), 1.0 if count else 0.0)
        shown = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
        parts.append(
            f'<text x="{LABEL - 6}" y="{top + 12}" text-anchor="end">{html_text(shown)}'
            f"<title>{html_text(label)}</title></text>"
            f'<rect x="{LABEL}" y="{top + 3}" width="{long:.2f}" height="{ROW - 6}"></rect>'
            f'<text x="{LABEL + long + 5:.2f}" y="{top + 12}">{f.count(count)}</text>'
        )
    return _svg(WIDTH, ROW * len(bars), alt, "".join(parts))


def _svg(width: int, height: int, alt: str, body: str) -> str:
    return (
        f'<svg class="histogram" role="img" aria-label="{html_text(alt)}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def _is_number(label: str) -> bool:
    try:
        float(label)
    except ValueError:
        return False
    return True
