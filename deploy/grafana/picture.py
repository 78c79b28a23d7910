"""Draws a dashboard as Grafana would show it, from what Prometheus answers now: `python deploy/grafana/picture.py`.

    python deploy/grafana/picture.py --prometheus http://127.0.0.1:9090 deploy/grafana/dashboards/tinhgon-overview.json

The picture goes to standard output, as SVG. For documents, and for machines on which Grafana cannot run.
"""

import argparse
import json
import math
import sys
import textwrap
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

CELL, ROW, GAP, HEAD = 54, 34, 8, 48
COLOURS = {"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c", "blue": "#5794f2", "text": "#d8d9da"}
SERIES = ("#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#b877d9", "#8ab8ff")
CHARACTER = 5.9


@dataclass(frozen=True, slots=True)
class Shown:
    """A series of a panel: its name, its last number, and its numbers over time."""

    name: str
    value: float
    course: tuple[tuple[float, float], ...]


class Prometheus:
    """Answers queries as of now, and over the last minutes."""

    def __init__(self, address: str, *, minutes: float) -> None:
        self._address = address
        self._seconds = 60 * minutes
        self._now = time.time()

    def shown(self, target: dict[str, Any]) -> list[Shown]:
        """Return the series of a panel's target, in the order in which Prometheus gives them at this instant."""
        now = self._asked("query", query=target["expr"], time=self._now)
        span = {"start": self._now - self._seconds, "end": self._now, "step": self._seconds / 60}
        courses = {_key(one): one["values"] for one in self._asked("query_range", query=target["expr"], **span)}
        return [
            Shown(
                _name(target.get("legendFormat", ""), one["metric"]),
                float(one["value"][1]),
                tuple((at, float(value)) for at, value in courses.get(_key(one), [])),
            )
            for one in now
            if not math.isnan(float(one["value"][1]))
        ]

    def _asked(self, what: str, **parameters: Any) -> list[dict[str, Any]]:
        address = f"{self._address}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return found


def drawn(board: dict[str, Any], prometheus: Prometheus) -> str:
    """Return the dashboard as SVG."""
    panels = [_panel(panel, prometheus) for panel in board["panels"]]
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    width, height = 24 * CELL + GAP, rows * ROW + HEAD + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="Inter, Helvetica, Arial, sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#111217"/>{_text(16, 31, board["title"], size=18)}'
        f"{''.join(panels)}</svg>\n"
    )


def _panel(panel: dict[str, Any], prometheus: Prometheus) -> str:
    place = panel["gridPos"]
    x, y = place["x"] * CELL + GAP, place["y"] * ROW + HEAD
    width, height = place["w"] * CELL - GAP, place["h"] * ROW - GAP
    series = [one for target in panel["targets"] for one in prometheus.shown(target)]
    draw = {"stat": _stat, "bargauge": _bars, "timeseries": _lines, "table": _table}[panel["type"]]
    inner = draw(panel["fieldConfig"]["defaults"], series, width, height)
    return (
        f'<g transform="translate({x} {y})"><rect width="{width}" height="{height}" rx="2" fill="#181b1f"'
        f' stroke="#2c3235"/>{_text(10, 20, panel["title"], weight=500)}{inner}</g>'
    )


def _stat(defaults: dict[str, Any], series: list[Shown], width: int, height: int) -> str:
    each = (width - 20) / max(1, len(series))
    parts = []
    for place, one in enumerate(series):
        middle = 10 + each * (place + 0.5)
        told, colour = _number(one.value, defaults), _colour(one.value, defaults)
        parts.append(_text(middle, height * 0.66, told, size=24, middle=True, fill=colour))
        parts.append(_text(middle, height - 12, one.name, middle=True, fill="#9fa7b3"))
    return "".join(parts)


def _bars(defaults: dict[str, Any], series: list[Shown], width: int, height: int) -> str:
    most = defaults.get("max") or max((one.value for one in series), default=1) or 1
    line = (height - 36) / max(1, len(series))
    label, room = width * 0.46, width * 0.54 - 78
    parts = []
    for place, one in enumerate(series):
        y = 30 + place * line
        thick, colour = min(line - 5, 26), _colour(one.value, defaults)
        parts.append(_text(10, y + thick / 2 + 4, _short(one.name, label - 14), fill="#9fa7b3"))
        parts.append(f'<rect x="{label:.0f}" y="{y:.1f}" width="{room:.0f}" height="{thick:.1f}" fill="#22252b"/>')
        long = max(1.0, room * max(0.0, one.value) / most)
        parts.append(f'<rect x="{label:.0f}" y="{y:.1f}" width="{long:.1f}" height="{thick:.1f}" fill="{colour}"/>')
        parts.append(_text(label + room + 6, y + thick / 2 + 4, _number(one.value, defaults), fill=colour))
    return "".join(parts)


def _lines(defaults: dict[str, Any], series: list[Shown], width: int, height: int) -> str:
    points = [point for one in series for point in one.course if not math.isnan(point[1])]
    if not points:
        return _text(width / 2, height / 2, "No data", middle=True)
    first, last = min(at for at, _ in points), max(at for at, _ in points)
    low, high = defaults.get("min", min(v for _, v in points)), defaults.get("max", max(v for _, v in points))
    left, top, wide, tall = 52, 34, width - 66, height - 74
    parts = []
    for step in range(5):
        y = top + tall * step / 4
        parts.append(f'<path d="M{left} {y:.1f}h{wide}" stroke="#2c3235"/>')
        parts.append(_text(8, y + 4, _number(high - (high - low) * step / 4, defaults), fill="#9fa7b3"))
    for place, one in enumerate(series):
        colour = SERIES[place % len(SERIES)]
        known = [(at - first, high - value) for at, value in one.course if not math.isnan(value)]
        across, down = wide / ((last - first) or 1), tall / ((high - low) or 1)
        line = " ".join(f"{left + across * after:.1f},{top + down * below:.1f}" for after, below in known)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = left + place * wide / len(series)
        parts.append(f'<rect x="{at:.0f}" y="{height - 20}" width="12" height="3" fill="{colour}"/>')
        parts.append(_text(at + 17, height - 14, one.name, fill="#9fa7b3"))
    return "".join(parts)


def _table(_defaults: dict[str, Any], series: list[Shown], width: int, height: int) -> str:
    most = int((height - 40) / 22)
    rows = [_text(12, 48 + 22 * place, _short(one.name, width - 24)) for place, one in enumerate(series[:most])]
    return "".join(rows) or _text(width / 2, height / 2, "none", middle=True, fill="#9fa7b3")


def _key(one: dict[str, Any]) -> str:
    return json.dumps(one["metric"], sort_keys=True)


def _name(legend: str, labels: dict[str, str]) -> str:
    if not legend:
        return " · ".join(value for name, value in labels.items() if name in ("procedure", "name"))
    for name, value in labels.items():
        legend = legend.replace(f"{{{{{name}}}}}", value)
    return legend


def _number(value: float, defaults: dict[str, Any]) -> str:
    if defaults["unit"] == "percentunit":
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}{' h' if defaults['unit'] == 'h' else ''}"


def _colour(value: float, defaults: dict[str, Any]) -> str:
    steps = [one for one in defaults["thresholds"]["steps"] if one["value"] is None or value >= one["value"]]
    return COLOURS[steps[-1]["color"]]


def _short(text: str, room: float) -> str:
    return textwrap.shorten(text, max(8, int(room / CHARACTER)), placeholder=" …") or text[: int(room / CHARACTER)]


def _text(
    x: float, y: float, text: str, *, size: int = 12, middle: bool = False, fill: str = "#d8d9da", weight: int = 400
) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    style = f'font-size="{size}" fill="{fill}" font-weight="{weight}"{anchor}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'


def main() -> int:
    """Print the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board", type=Path)
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090")
    parser.add_argument("--minutes", type=float, default=360, help="how far back lines go")
    asked = parser.parse_args()
    prometheus = Prometheus(asked.prometheus, minutes=asked.minutes)
    sys.stdout.write(drawn(json.loads(asked.board.read_text(encoding="utf-8")), prometheus))
    return 0


if __name__ == "__main__":
    sys.exit(main())
