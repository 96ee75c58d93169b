"""What the scripts beside this share: random curves such as trainings record them, and golden files of one line a case."""

import json
import math
import pathlib
import random

STOPPING = pathlib.Path(__file__).parents[2] / "libs" / "search" / "src" / "stopping"


def curve(rng: random.Random, may_be_infinite: bool) -> list[list[float]]:
    """Decaying noise, or values of a few levels so that ties are common; some points missing, NaN or infinite."""
    level = rng.choice([None, 1, 2])
    start, rate = rng.uniform(1, 5), rng.uniform(0.01, 0.5)
    every, first = rng.choice([1, 1, 1, 2, 5]), rng.choice([0, 0, 0, 3])
    points = []
    for step in range(first, first + every * rng.randint(1, 14), every):
        if rng.random() < 0.1:
            continue
        value = start * math.exp(-rate * step) + rng.gauss(0, 0.3)
        if level is not None:
            value = round(value, level - 1)
        value = float(f"{value:.4g}")
        odd = rng.random()
        if odd < 0.04:
            value = math.nan
        elif may_be_infinite and odd < 0.05:
            value = rng.choice([math.inf, -math.inf])
        points.append([step, value])
    if rng.random() < 0.05:
        points = [[step, math.nan] for step, _ in points]
    return points


def values(rng: random.Random, steps: list[int]) -> list[list[float]]:
    """Finite values of three digits at the given steps, falling with noise; for some runs of so few levels that ties are common."""
    levels = rng.choice([None, None, 1])
    start, rate = rng.uniform(0, 4), rng.uniform(0.005, 0.2)
    points = []
    for step in steps:
        value = start * math.exp(-rate * step) + rng.gauss(0, 0.4)
        points.append([step, round(value, levels) if levels is not None else float(f"{value:.3g}")])
    return points


def shuffled_reports(rng: random.Random, curves: list[list]) -> list[int]:
    """Whose turn it is to report: a few runs at a time, as agents would work on them."""
    waiting = list(range(len(curves)))
    left = [len(points) for points in curves]
    slots, turns = [], []
    while waiting or slots:
        while waiting and len(slots) < 4:
            slots.append(waiting.pop(0))
        run = rng.choice(slots)
        if left[run] == 0:
            slots.remove(run)
            continue
        left[run] -= 1
        turns.append(run)
    return turns


def as_json(value):
    """NaN and infinities as text, since JSON has no words for them; whole numbers without a fraction."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list) else value


def write(name: str, made_by: dict, cases: list[dict]) -> None:
    """`decisions` of a case are 0 and 1, or true and false."""
    lines = ",\n".join(json.dumps(as_json(one), separators=(",", ":")) for one in cases)
    (STOPPING / f"{name}.golden.json").write_text(f'{{"madeBy":{json.dumps(made_by)},"cases":[\n{lines}\n]}}\n')
    decisions = [decision for one in cases for decision in one["decisions"]]
    print(f"{name}: {len(cases)} cases, {len(decisions)} decisions, {sum(map(bool, decisions))} of them to stop")
