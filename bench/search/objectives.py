"""The functions of bench/search/functions.ts once more, for Optuna: the same spaces, the same values to the last bits.

`functions.golden.json`, written by `golden.py`, holds points and values of this file; a test holds the TypeScript
side to them. Every objective takes an Optuna trial (or anything with its suggest methods) and returns losses.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Objective:
    evaluate: Callable[..., list[float]]
    objectives: int = 1
    """The loss of the optimum; with two objectives the hypervolume of the true front up to `reference`."""
    optimum: float = 0.0
    reference: tuple[float, float] | None = None


def branin(trial) -> list[float]:
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return [(y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * math.cos(x) + 10]


HARTMANN_ALPHA = [1.0, 1.2, 3.0, 3.2]
HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann6(trial) -> list[float]:
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(1, 7)]
    total = 0.0
    for alpha, a, p in zip(HARTMANN_ALPHA, HARTMANN_A, HARTMANN_P):
        total += alpha * math.exp(-sum(a[i] * (x[i] - p[i]) ** 2 for i in range(6)))
    return [-total]


def rosenbrock4(trial) -> list[float]:
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(1, 5)]
    return [sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3))]


def ackley5(trial) -> list[float]:
    x = [trial.suggest_float(f"x{i}", -15, 30) for i in range(1, 6)]
    root = math.sqrt(sum(v * v for v in x) / 5)
    waves = sum(math.cos(2 * math.pi * v) for v in x) / 5
    return [20 + math.e - 20 * math.exp(-0.2 * root) - math.exp(waves)]


def levy4(trial) -> list[float]:
    w = [1 + (trial.suggest_float(f"x{i}", -10, 10) - 1) / 4 for i in range(1, 5)]
    total = math.sin(math.pi * w[0]) ** 2
    for v in w[:3]:
        total += (v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2)
    return [total + (w[3] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[3]) ** 2)]


MIXED_BASE = {"adam": 0.0, "rmsprop": 0.15, "sgd": 0.05}
MIXED_RATE = {"adam": -3.0, "rmsprop": -3.5, "sgd": -1.5}


def mixed(trial) -> list[float]:
    optimizer = trial.suggest_categorical("optimizer", ["adam", "rmsprop", "sgd"])
    rate = trial.suggest_float("learning_rate", 1e-5, 1, log=True)
    layers = trial.suggest_int("layers", 1, 8)
    width = trial.suggest_int("width", 16, 1024, log=True)
    dropout = trial.suggest_float("dropout", 0, 0.9)
    best_rate = MIXED_RATE[optimizer] - 0.15 * (layers - 5)
    return [
        MIXED_BASE[optimizer]
        + 0.5 * (math.log10(rate) - best_rate) ** 2
        + 0.02 * (layers - 5) ** 2
        + 0.1 * (math.log2(width) - 7) ** 2
        + 2 * (dropout - 0.3) ** 2
    ]


def conditional(trial) -> list[float]:
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    decay = trial.suggest_float("weight_decay", 1e-6, 1e-1, log=True)
    if optimizer == "adam":
        rate = trial.suggest_float("adam_rate", 1e-5, 1e-1, log=True)
        beta = trial.suggest_float("beta1", 0.5, 0.999)
        loss = 0.5 * (math.log10(rate) + 3) ** 2 + 3 * (beta - 0.8) ** 2
    else:
        rate = trial.suggest_float("sgd_rate", 1e-4, 1, log=True)
        momentum = trial.suggest_float("momentum", 0, 0.99)
        loss = 0.1 + 0.3 * (math.log10(rate) + 1) ** 2 + 2 * (momentum - 0.9) ** 2
    schedule = trial.suggest_categorical("schedule", ["none", "cosine"])
    if schedule == "cosine":
        warmup = trial.suggest_int("warmup", 0, 20)
        loss += 0.01 * abs(warmup - 6)
    else:
        loss += 0.08
    return [loss + 0.1 * (math.log10(decay) + 4) ** 2]


def zdt(trial) -> tuple[float, float]:
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(1, 6)]
    return x[0], 1 + 9 * sum(x[1:]) / 4


def zdt1(trial) -> list[float]:
    f, g = zdt(trial)
    return [f, g * (1 - math.sqrt(f / g))]


def zdt2(trial) -> list[float]:
    f, g = zdt(trial)
    return [f, g * (1 - (f / g) ** 2)]


def zdt3(trial) -> list[float]:
    f, g = zdt(trial)
    return [f, g * (1 - math.sqrt(f / g) - f / g * math.sin(10 * math.pi * f))]


# The optima below: 6.6, which is the area up to (1.1, 6), less what lies under the front (zdt3 by quadrature).
ZDT_REFERENCE = (1.1, 6.0)

OBJECTIVES: dict[str, Objective] = {
    "branin": Objective(branin, optimum=0.39788735772973816),
    "hartmann6": Objective(hartmann6, optimum=-3.322368011415515),
    "rosenbrock4": Objective(rosenbrock4),
    "ackley5": Objective(ackley5),
    "levy4": Objective(levy4),
    "mixed": Objective(mixed),
    "conditional": Objective(conditional),
    "zdt1": Objective(zdt1, 2, 6.6 - 1 / 3, ZDT_REFERENCE),
    "zdt2": Objective(zdt2, 2, 6.6 - 2 / 3, ZDT_REFERENCE),
    "zdt3": Objective(zdt3, 2, 6.7217629, ZDT_REFERENCE),
}


def hypervolume(points: list[list[float]], reference: tuple[float, float]) -> float:
    """Of two losses: the area between the points' front and the reference point."""
    total, ceiling = 0.0, reference[1]
    for first, second in sorted(points):
        if first < reference[0] and second < ceiling:
            total += (reference[0] - first) * (ceiling - second)
            ceiling = second
    return total


def regret(name: str, losses: list[list[float]]) -> float:
    """How far the best of these is from the optimum; for two objectives, the hypervolume that is missing."""
    objective = OBJECTIVES[name]
    if objective.reference is None:
        return min(loss[0] for loss in losses) - objective.optimum
    return objective.optimum - hypervolume(losses, objective.reference)
