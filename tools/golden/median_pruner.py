"""Writes libs/search/src/stopping/median.golden.json: decisions of Optuna's own MedianPruner on recorded curves.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0
    VENV/bin/python tools/golden/median_pruner.py

A case is {options, goal, peers: [{number, curve}], run: {number, curve}, decisions}: `decisions[i]` is
should_prune() right after point i of the run was reported. NaN and infinities are written as strings, and
values have four significant digits, which keeps the file small. Peers stay finite: numpy's interpolation makes NaN
of a finite median beside an infinite value (0 * inf), so Optuna then stops nothing, which is an accident and not
copied.
"""

import random

import optuna
import recorded

optuna.logging.set_verbosity(optuna.logging.ERROR)

SEED = 20


def case(rng: random.Random) -> dict:
    options = {
        "n_startup_trials": rng.choice([0, 1, 5, 5, 5]),
        "n_warmup_steps": rng.choice([0, 0, 3]),
        "interval_steps": rng.choice([1, 1, 2, 4]),
        "n_min_trials": rng.choice([1, 1, 3]),
    }
    goal = rng.choice(["minimize", "maximize"])
    peers = [{"number": i + 1, "curve": recorded.curve(rng, False)} for i in range(rng.randint(0, 12))]
    run = {"number": len(peers) + 1, "curve": recorded.curve(rng, True)}

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


if __name__ == "__main__":
    source = random.Random(SEED)
    recorded.write("median", {"optuna": optuna.__version__, "seed": SEED}, [case(source) for _ in range(150)])
