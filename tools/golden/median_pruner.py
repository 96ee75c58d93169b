"""Writes libs/search/src/stopping/median.golden.json: decisions of Optuna's own MedianPruner on recorded curves.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0
    VENV/bin/python tools/golden/median_pruner.py

A case is {options, goal, peers: [{number, curve}], run: {number, curve}, decisions}: `decisions[i]` is
should_prune() right after point i of the run was reported. NaN and infinities are written as strings, and
values have four significant digits, which keeps the file small.
"""

import json
import math
import pathlib
import random

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

TARGET = pathlib.Path(__file__).parents[2] / "libs" / "search" / "src" / "stopping" / "median.golden.json"
SEED = 20


def curve(rng: random.Random, may_be_infinite: bool) -> list[list[float]]:
    """Decaying noise, or values of a few levels so that ties are common; some points missing, NaN or infinite.

    Peers stay finite: numpy's interpolation makes NaN of a finite median beside an infinite value (0 * inf), so
    Optuna then stops nothing, which is an accident and not copied.
    """
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


def case(rng: random.Random) -> dict:
    options = {
        "n_startup_trials": rng.choice([0, 1, 5, 5, 5]),
        "n_warmup_steps": rng.choice([0, 0, 3]),
        "interval_steps": rng.choice([1, 1, 2, 4]),
        "n_min_trials": rng.choice([1, 1, 3]),
    }
    goal = rng.choice(["minimize", "maximize"])
    peers = [{"number": i + 1, "curve": curve(rng, False)} for i in range(rng.randint(0, 12))]
    run = {"number": len(peers) + 1, "curve": curve(rng, True)}

    study = optuna.create_study(direction=goal, pruner=optuna.pruners.MedianPruner(**options))
    for peer in peers:
        values = {int(step): value for step, value in peer["curve"]}
        study.add_trial(optuna.trial.create_trial(value=0.0, intermediate_values=values))
    trial = study.ask()
    decisions = []
    for step, value in run["curve"]:
        trial.report(value, step)
        decisions.append(bool(trial.should_prune()))
    return {"options": options, "goal": goal, "peers": peers, "run": run, "decisions": decisions}


def as_json(value):
    """NaN and infinities as text, since JSON has no words for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    random_source = random.Random(SEED)
    cases = [as_json(case(random_source)) for _ in range(150)]
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    made_by = json.dumps({"optuna": optuna.__version__, "seed": SEED})
    TARGET.write_text(f'{{"madeBy":{made_by},"cases":[\n{lines}\n]}}\n')
    decisions = [d for one in cases for d in one["decisions"]]
    print(f"{len(cases)} cases, {len(decisions)} decisions, {sum(decisions)} of them to stop")
