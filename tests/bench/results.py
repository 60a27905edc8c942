"""What was measured, beside its baseline and its goal."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """One line of `build/bench.json`. `baseline` is in the same unit, from the same run; None: there is none.

    `goal` in words; `met` is None where there is no goal.
    """

    metric: str
    value: float
    unit: str
    baseline: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def write(results: Sequence[Result], path: Path) -> None:
    """The results as a list of {metric, value, unit, baseline, ratio, goal, met}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = [
        {
            "metric": each.metric,
            "value": round(each.value, 3),
            "unit": each.unit,
            "baseline": None if each.baseline is None else round(each.baseline, 3),
            "ratio": None if each.ratio is None else round(each.ratio, 3),
            "goal": each.goal,
            "met": each.met,
        }
        for each in results
    ]
    path.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(text: str) -> list[Result]:
    """Results that another process printed by `dump`."""
    return [Result(**each) for each in json.loads(text)]


def dump(results: Sequence[Result]) -> str:
    return json.dumps([asdict(each) for each in results])


def table(results: Sequence[Result]) -> str:
    """The results for a person: one line each, in columns."""
    rows = [("metric", "value", "baseline", "ratio", "goal", "")]
    for each in results:
        verdict = "" if each.met is None else "met" if each.met else "MISSED"
        baseline = "" if each.baseline is None else f"{each.baseline:.1f} {each.unit}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}×"
        rows.append(
            (each.metric, f"{each.value:.1f} {each.unit}", baseline, ratio, each.goal, verdict)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
