"""Writes libs/search/src/stopping/asha.golden.json: whole sweeps as Ray's own AsyncHyperBandScheduler decides them.

    python -m venv VENV && VENV/bin/pip install "ray[tune]==2.60.0"
    VENV/bin/python tools/golden/ray_asha.py

The scheduler's class is used without starting Ray. A case is {options, goal, brackets: [bracket of each run], runs:
[curve], turns: [index of the run that reports next], decisions}: `decisions[i]` is on_trial_result() for the report
of turn i. A run that is told to stop reports no more.
"""

import random
from types import SimpleNamespace

import numpy
import ray
import recorded
from ray.tune.schedulers import AsyncHyperBandScheduler

SEED = 20


def case(rng: random.Random) -> dict:
    options = rng.choice(
        [
            {"max_t": 100, "grace_period": 1, "reduction_factor": 4, "brackets": 1},
            {"max_t": 16, "grace_period": 1, "reduction_factor": 4, "brackets": 1},
            {"max_t": 30, "grace_period": 2, "reduction_factor": 3, "brackets": 1},
            {"max_t": 30, "grace_period": 1, "reduction_factor": 2, "brackets": 3},
            {"max_t": 40, "grace_period": 3, "reduction_factor": 2.5, "brackets": 2},
            {"max_t": 5, "grace_period": 5, "reduction_factor": 4, "brackets": 1},
        ]
    )
    goal = rng.choice(["minimize", "maximize"])
    curves = []
    for _ in range(rng.randint(3, 25)):
        every = rng.choice([1, 1, 1, 3, 6])
        curves.append(recorded.values(rng, list(range(every, every * rng.randint(2, 16), every))))
    scheduler = AsyncHyperBandScheduler(metric="fid", mode=goal[:3], time_attr="step", **options)
    trials = [SimpleNamespace(trial_id=str(i)) for i in range(len(curves))]
    for trial in trials:
        scheduler.on_trial_add(None, trial)
    brackets = [scheduler._brackets.index(scheduler._trial_info[trial.trial_id]) for trial in trials]
    at, stopped = [0] * len(curves), set()
    turns, decisions = [], []
    for run in recorded.shuffled_reports(rng, curves):
        if run in stopped:
            continue
        step, value = curves[run][at[run]]
        at[run] += 1
        stop = scheduler.on_trial_result(None, trials[run], {"step": step, "fid": value}) == "STOP"
        turns.append(run)
        decisions.append(int(stop))
        if stop:
            stopped.add(run)
    runs = [points[: at[i]] for i, points in enumerate(curves)]
    return {"options": options, "goal": goal, "brackets": brackets, "runs": runs, "turns": turns, "decisions": decisions}


if __name__ == "__main__":
    numpy.random.seed(SEED)
    source = random.Random(SEED)
    recorded.write("asha", {"ray": ray.__version__, "seed": SEED}, [case(source) for _ in range(90)])
