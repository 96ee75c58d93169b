"""Writes libs/search/src/insight/{importance,pareto,correlation}.golden.json, by Optuna and SciPy themselves.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0 scikit-learn scipy
    VENV/bin/python tools/golden/insight.py

importance: studies of random runs with Optuna's fANOVA (mean and standard deviation over SEEDS seeds of its forest;
it takes unconditional parameters only) and PED-ANOVA (exact). pareto: points with Optuna's best trials and its
hypervolume. correlation: columns with SciPy's coefficients and p-values. Values have few digits, which keeps the
files small; everything is computed from the values as they are written.
"""

import json
import math
import pathlib
import random
import statistics
import warnings

import numpy
import optuna
import scipy
import scipy.stats
import sklearn
from optuna._hypervolume import compute_hypervolume
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator, get_param_importances

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

FOLDER = pathlib.Path(__file__).parents[2] / "libs" / "search" / "src" / "insight"
SEED = 41
SEEDS = 5


def rounded(value: float, digits: int = 5) -> float:
    return float(f"{value:.{digits}g}")


# ------------------------------------------------------------------ importance


def uniform(low, high):
    return {"kind": "uniform", "min": low, "max": high}


def integers(low, high):
    return {"kind": "int_uniform", "min": low, "max": high}


def log_uniform(low, high):
    return {"kind": "log_uniform_values", "min": low, "max": high}


def categorical(*values):
    return {"kind": "categorical", "values": list(values), "probabilities": None}


def draw(rng: random.Random, distribution: dict):
    kind = distribution["kind"]
    if kind == "categorical":
        return rng.choice(distribution["values"])
    low, high = distribution["min"], distribution["max"]
    if kind == "int_uniform":
        return rng.randint(low, high)
    if kind == "log_uniform_values":
        return rounded(math.exp(rng.uniform(math.log(low), math.log(high))), 6)
    return rounded(rng.uniform(low, high))


def for_optuna(distribution: dict):
    kind = distribution["kind"]
    if kind == "categorical":
        return CategoricalDistribution(distribution["values"])
    if kind == "int_uniform":
        return IntDistribution(distribution["min"], distribution["max"])
    return FloatDistribution(distribution["min"], distribution["max"], log=kind == "log_uniform_values")


NUMBERS = [
    ("four numbers, two of which act together", "minimize", 150,
     [("a", uniform(-1, 1), None), ("b", uniform(-1, 1), None), ("c", uniform(0, 10), None), ("d", uniform(0, 1), None)],
     lambda p: 3 * p["a"] ** 2 + 2 * p["a"] * p["b"] + 0.1 * p["c"]),
    ("one number decides", "maximize", 100,
     [("a", uniform(0, 1), None), ("b", uniform(0, 1), None), ("c", uniform(0, 1), None)],
     lambda p: math.sin(6 * p["a"]) + 0.05 * p["b"]),
    ("whole numbers beside others", "minimize", 120,
     [("layers", integers(1, 6), None), ("width", integers(8, 128), None), ("dropout", uniform(0, 0.5), None)],
     lambda p: abs(p["layers"] - 4) + (p["width"] - 90) ** 2 / 4000 + p["dropout"]),
    ("noise only", "minimize", 150,
     [("a", uniform(0, 1), None), ("b", uniform(0, 1), None)], lambda p: 0.0),
    ("six numbers, Hartmann-like", "minimize", 200,
     [(name, uniform(0, 1), None) for name in "abcdef"],
     lambda p: -math.exp(-(10 * (p["a"] - 0.2) ** 2 + 3 * (p["b"] - 0.5) ** 2 + 17 * (p["c"] - 0.8) ** 2
                           + 0.5 * (p["d"] - 0.3) ** 2 + (p["e"] - 0.6) ** 2))),
]
MIXED = [
    ("two categories beside numbers", "minimize", 150,
     [("optimizer", categorical("adam", "sgd"), None), ("a", uniform(0, 1), None), ("b", uniform(0, 1), None)],
     lambda p: (1 if p["optimizer"] == "sgd" else 0) + 2 * p["a"]),
    ("five categories beside numbers", "maximize", 200,
     [("loss", categorical("a", "b", "c", "d", "e"), None), ("x", uniform(0, 1), None), ("y", uniform(0, 1), None)],
     lambda p: {"a": 0, "b": 1, "c": 3, "d": 0.5, "e": 0}[p["loss"]] + 2 * p["x"]),
]
LOGARITHMIC = [
    ("a learning rate on a logarithmic scale", "minimize", 200,
     [("lr", log_uniform(1e-5, 1e-1), None), ("momentum", uniform(0.5, 0.99), None)],
     lambda p: (math.log10(p["lr"]) + 3) ** 2 + p["momentum"]),
]
CONDITIONAL = [
    ("a parameter of one optimizer only", "minimize", 150,
     [("optimizer", categorical("adam", "sgd"), None),
      ("beta", uniform(0, 1), ("optimizer", ["adam"])), ("x", uniform(0, 1), None)],
     lambda p: 1 + (4 * (p["beta"] - 0.5) ** 2 - 0.33 if "beta" in p else 0) + 0.3 * p["x"]),
    ("a branch of two levels", "maximize", 200,
     [("kind", categorical("plain", "deep"), None), ("layers", integers(1, 3), ("kind", ["deep"])),
      ("width", uniform(0, 1), ("layers", [2, 3])), ("z", uniform(0, 1), None)],
     lambda p: p.get("layers", 0) + 3 * p.get("width", 0.2) * (p.get("layers", 0) - 1) + p["z"]),
]


def study_of(rng: random.Random, name, goal, count, parameters, objective, fanova: bool) -> dict:
    study = optuna.create_study(direction=goal)
    runs = []
    for _ in range(count):
        assignment = {}
        for path, distribution, when in parameters:
            if when is None or assignment.get(when[0]) in when[1]:
                assignment[path] = draw(rng, distribution)
        value = rounded(objective(assignment) + rng.gauss(0, 0.1))
        study.add_trial(optuna.trial.create_trial(
            params=assignment,
            distributions={path: for_optuna(d) for path, d, _ in parameters if path in assignment},
            value=value))
        runs.append({"assignment": assignment, "value": value})
    paths = [path for path, _, _ in parameters]
    result = {"pedAnova": get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())}
    if fanova:
        each = [get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed)) for seed in range(SEEDS)]
        result["fanova"] = {path: statistics.mean(one[path] for one in each) for path in paths}
        result["fanovaDeviation"] = {path: statistics.stdev(one[path] for one in each) for path in paths}
    return {
        "name": name, "goal": goal,
        "parameters": [{
            "path": path, "distribution": d,
            "when": [] if when is None else [{"parameter": when[0], "values": when[1]}],
        } for path, d, when in parameters],
        "runs": runs, **result,
    }


def importance_cases(rng: random.Random) -> list[dict]:
    return ([study_of(rng, *one, fanova=True) for one in NUMBERS + MIXED]
            + [study_of(rng, *one, fanova=False) for one in LOGARITHMIC + CONDITIONAL])


# ------------------------------------------------------------------ Pareto fronts


def pareto_case(rng: random.Random, objectives: int) -> dict:
    goals = [rng.choice(["minimize", "maximize"]) for _ in range(objectives)]
    levels = rng.choice([None, None, 4])
    points = []
    for _ in range(rng.choice([1, 2, 5, 20, 60])):
        point = [rounded(rng.random() if levels is None else rng.randrange(levels), 4) for _ in goals]
        points.append(point)
    if rng.random() < 0.3:
        points.append(list(rng.choice(points)))
    study = optuna.create_study(directions=goals)
    for point in points:
        study.add_trial(optuna.trial.create_trial(values=point))
    signs = numpy.array([1.0 if goal == "minimize" else -1.0 for goal in goals])
    losses = numpy.array(points) * signs
    reference = losses.max(axis=0) + rng.choice([0.0, 0.5, -0.2])
    inside = losses[(losses < reference).all(axis=1)]
    volume = float(compute_hypervolume(inside, reference)) if len(inside) else 0.0
    return {
        "goals": goals, "points": points,
        "front": sorted(trial.number for trial in study.best_trials),
        "reference": (reference * signs).tolist(), "hypervolume": volume,
    }


# ------------------------------------------------------------------ correlations


def correlation_case(rng: random.Random) -> dict:
    count = rng.choice([3, 4, 10, 60, 500])
    slope = rng.choice([0, 0.3, 3, -1])
    xs = [rounded(rng.gauss(0, 1) if rng.random() < 0.8 else rng.randrange(3), 4) for _ in range(count)]
    ys = [rounded(slope * x + rng.gauss(0, 1), 4) for x in xs]
    pearson, spearman = scipy.stats.pearsonr(xs, ys), scipy.stats.spearmanr(xs, ys)
    return {"x": xs, "y": ys, "pearson": list(pearson), "spearman": list(spearman)}


def groups_case(rng: random.Random) -> dict:
    names = ["p", "q", "r", "s"][: rng.choice([2, 3, 4])]
    codes = [name for name in names for _ in range(rng.randint(2, 40))]
    effect = rng.choice([0, 0.2, 1])
    ys = [rounded(effect * names.index(name) ** 2 + rng.gauss(0, 1), 4) for name in codes]
    groups = [[y for name, y in zip(codes, ys) if name == own] for own in names]
    _, p = scipy.stats.f_oneway(*groups)
    mean = statistics.fmean(ys)
    between = sum(len(group) * (statistics.fmean(group) - mean) ** 2 for group in groups)
    eta = math.sqrt(between / sum((y - mean) ** 2 for y in ys))
    point = scipy.stats.pointbiserialr([names.index(name) for name in codes], ys) if len(names) == 2 else None
    return {"x": codes, "y": ys, "eta": [eta, float(p)], "pointBiserial": None if point is None else list(point)}


# ------------------------------------------------------------------


def write(name: str, made_by: dict, cases: list[dict]) -> None:
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    (FOLDER / f"{name}.golden.json").write_text(f'{{"madeBy":{json.dumps(made_by)},"cases":[\n{lines}\n]}}\n')
    print(f"{name}: {len(cases)} cases")


if __name__ == "__main__":
    source = random.Random(SEED)
    write("importance", {"optuna": optuna.__version__, "sklearn": sklearn.__version__, "seeds": SEEDS},
          importance_cases(source))
    write("pareto", {"optuna": optuna.__version__},
          [pareto_case(source, objectives) for objectives in (2, 2, 3, 4) for _ in range(15)])
    write("correlation", {"scipy": scipy.__version__},
          [correlation_case(source) for _ in range(15)] + [groups_case(source) for _ in range(12)])
