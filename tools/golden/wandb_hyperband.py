"""Writes libs/search/src/stopping/bands.golden.json: whole sweeps as W&B's own hyperband decides them.

    python -m venv VENV && VENV/bin/pip install sweeps==0.3.0
    VENV/bin/python tools/golden/wandb_hyperband.py

A case is {options, goal, runs: [curve], turns: [index of the run that reports next], decisions}: `decisions[i]` says
whether hyperband_stop_runs() names the run right after its report of turn i. Every step from 1 on reports a finite
value, so that W&B's count of values is the step. A run that is told to stop reports no more.
"""

import importlib.metadata
import random

import recorded
from sweeps import RunState, SweepRun
from sweeps.hyperband_stopping import hyperband_stop_runs

SEED = 20


def case(rng: random.Random) -> dict:
    options = rng.choice(
        [
            {"min_iter": 1, "eta": 3},
            {"min_iter": 3, "eta": 2},
            {"min_iter": 2, "eta": 1.5},
            {"max_iter": 27, "s": 2, "eta": 3},
            {"max_iter": 20, "s": 3, "eta": 2},
            {"max_iter": 25, "s": 9, "eta": 2.5},
        ]
    )
    options = {**options, "strict": rng.random() < 0.6}
    goal = rng.choice(["minimize", "maximize"])
    curves = [recorded.values(rng, list(range(1, rng.randint(2, 20)))) for _ in range(rng.randint(3, 18))]
    config = {
        "method": "random",
        "metric": {"name": "fid", "goal": goal},
        "early_terminate": {"type": "hyperband", **options},
        "parameters": {"a": {"values": [1]}},
    }
    runs = [SweepRun(name=str(i), state=RunState.running, history=[]) for i in range(len(curves))]
    turns, decisions, stopped = [], [], set()
    for turn in recorded.shuffled_reports(rng, curves):
        if turn in stopped:
            continue
        run = runs[turn]
        run.history.append({"fid": curves[turn][len(run.history)][1]})
        named = {one.name for one in hyperband_stop_runs(runs, config)}
        stop = run.name in named
        turns.append(turn)
        decisions.append(int(stop))
        if stop:
            stopped.add(turn)
            run.state = RunState.killed
        elif len(run.history) == len(curves[turn]):
            run.state = RunState.finished
    kept = [points[: len(runs[i].history)] for i, points in enumerate(curves)]
    return {"options": options, "goal": goal, "runs": kept, "turns": turns, "decisions": decisions}


if __name__ == "__main__":
    source = random.Random(SEED)
    made_by = {"sweeps": importlib.metadata.version("sweeps"), "seed": SEED}
    recorded.write("bands", made_by, [case(source) for _ in range(90)])
