"""Writes libs/search/src/stopping/hyperband.golden.json: whole sweeps as Optuna's own HyperbandPruner decides them.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0
    VENV/bin/python tools/golden/optuna_hyperband.py

A case is {options, goal, runs: [curve], turns: [index of the run that reports next], decisions}: `decisions[i]` is
should_prune() right after the report of turn i. A run that is told to stop reports no more (its turns are left out),
one that comes to its end is finished. No max/min is an exact power whose logarithm Python rounds down (243 by 3, 1000
by 10), which costs Optuna a bracket. The study is called "plumage", as the hash of the rule has it.
"""

import math
import random

import optuna
import recorded
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)
SEED = 20


def case(rng: random.Random) -> dict:
    options = rng.choice(
        [
            {"min_resource": 1, "max_resource": 9, "reduction_factor": 3},
            {"min_resource": 1, "max_resource": 27, "reduction_factor": 3},
            {"min_resource": 2, "max_resource": 30, "reduction_factor": 2},
            {"min_resource": 1, "max_resource": 250, "reduction_factor": 3},
            {"min_resource": 3, "max_resource": 3, "reduction_factor": 4},
            {"min_resource": 5, "max_resource": 125, "reduction_factor": 5},
            {"min_resource": 1, "max_resource": 1200, "reduction_factor": 10},
        ]
    )
    goal = rng.choice(["minimize", "maximize"])
    curves = []
    for _ in range(rng.randint(5, 30)):
        every = rng.choice([1, 1, 2, 7])
        curves.append(recorded.values(rng, list(range(every, every * rng.randint(2, 14), every))))
        if rng.random() < 0.1 and curves[-1]:
            rng.choice(curves[-1])[1] = math.nan
    pruner = optuna.pruners.HyperbandPruner(**options)
    study = optuna.create_study(study_name="plumage", direction=goal, pruner=pruner)
    trials = [study.ask() for _ in curves]
    at, ended = [0] * len(curves), set()
    turns, decisions = [], []
    for run in recorded.shuffled_reports(rng, curves):
        if run in ended:
            continue
        step, value = curves[run][at[run]]
        at[run] += 1
        trials[run].report(value, step)
        stop = trials[run].should_prune()
        turns.append(run)
        decisions.append(int(stop))
        if stop:
            study.tell(trials[run], state=TrialState.PRUNED)
            ended.add(run)
        elif at[run] == len(curves[run]):
            study.tell(trials[run], value) if math.isfinite(value) else study.tell(trials[run], state=TrialState.FAIL)
            ended.add(run)
    runs = [points[: at[i]] for i, points in enumerate(curves)]
    return {"options": options, "goal": goal, "runs": runs, "turns": turns, "decisions": decisions}


if __name__ == "__main__":
    source = random.Random(SEED)
    recorded.write("hyperband", {"optuna": optuna.__version__, "seed": SEED}, [case(source) for _ in range(90)])
