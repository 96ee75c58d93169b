"""Writes functions.golden.json and mann-whitney.golden.json beside itself.

    VENV/bin/python bench/search/golden.py

The first has 20 random points of each function of objectives.py with their losses, so that the TypeScript functions
can be held to them, and a front's hypervolume; the second has samples and the p-value that scipy gives them.
"""

import json
import pathlib
import random

import optuna
import scipy
from scipy.stats import mannwhitneyu

from objectives import OBJECTIVES, hypervolume, ZDT_REFERENCE

FOLDER = pathlib.Path(__file__).parent
optuna.logging.set_verbosity(optuna.logging.ERROR)


def points(name: str) -> list[dict]:
    objective = OBJECTIVES[name]
    study = optuna.create_study(
        sampler=optuna.samplers.RandomSampler(seed=7), directions=["minimize"] * objective.objectives
    )
    study.optimize(lambda trial: tuple(objective.evaluate(trial)), n_trials=20)
    return [{"assignment": trial.params, "losses": trial.values} for trial in study.trials]


def samples(rng: random.Random) -> dict:
    """Two samples of unlike sizes; a third of the pairs have many ties, some are far apart."""
    shift = rng.choice([0, 0, 0.5, 2])
    digits = rng.choice([0, 1, 6])
    ours = [round(rng.gauss(0, 1), digits) for _ in range(rng.randint(5, 30))]
    theirs = [round(rng.gauss(shift, 1), digits) for _ in range(rng.randint(5, 30))]
    result = mannwhitneyu(ours, theirs, alternative="two-sided", use_continuity=True, method="asymptotic")
    return {"ours": ours, "theirs": theirs, "u": float(result.statistic), "p": float(result.pvalue)}


def write(name: str, content: dict) -> None:
    (FOLDER / name).write_text(json.dumps(content) + "\n")


def main() -> None:
    functions = {
        name: {
            "optimum": objective.optimum,
            "points": points(name),
        }
        for name, objective in OBJECTIVES.items()
    }
    for name, entry in functions.items():
        if OBJECTIVES[name].reference is not None:
            losses = [point["losses"] for point in entry["points"]]
            entry["hypervolume"] = hypervolume(losses, ZDT_REFERENCE)
    write("functions.golden.json", {"madeBy": {"optuna": optuna.__version__}, "functions": functions})
    rng = random.Random(20)
    cases = [samples(rng) for _ in range(40)] + [{"ours": [1.0] * 5, "theirs": [1.0] * 5, "u": 12.5, "p": 1.0}]
    write("mann-whitney.golden.json", {"madeBy": {"scipy": scipy.__version__}, "cases": cases})


if __name__ == "__main__":
    main()
