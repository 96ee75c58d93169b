"""Writes libs/search/src/stopping/{percentile,patient,threshold,wilcoxon}.golden.json: decisions of Optuna's pruners.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0 scipy
    VENV/bin/python tools/golden/optuna_pruners.py

A case is {options, goal, peers: [{number, state, objective, curve}], run: {number, curve}, decisions}: `decisions[i]`
is should_prune() right after point i of the run was reported. A peer that a rung has stopped names it. NaN and infinities are written as strings. Peers that
have finished stay finite where numpy would interpolate: it makes NaN of a finite percentile beside an infinite value
(0 * inf), so Optuna then stops nothing, which is an accident and not copied.
"""

import random
import warnings

import optuna
import recorded
from optuna.pruners import (
    HyperbandPruner,
    MedianPruner,
    PatientPruner,
    PercentilePruner,
    ThresholdPruner,
    WilcoxonPruner,
)
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

SEED = 20
STATES = {"FINISHED": TrialState.COMPLETE, "PRUNED": TrialState.PRUNED, "FAILED": TrialState.FAIL}


def interval(rng: random.Random) -> dict:
    return {"n_warmup_steps": rng.choice([0, 0, 3]), "interval_steps": rng.choice([1, 1, 2, 4])}


def percentile(rng: random.Random) -> tuple:
    options = {
        "percentile": rng.choice([0, 10, 25, 33.3, 50, 75, 100]),
        "n_startup_trials": rng.choice([0, 1, 5, 5, 5]),
        "n_min_trials": rng.choice([1, 1, 3]),
        **interval(rng),
    }
    return options, PercentilePruner(**options)


def threshold(rng: random.Random) -> tuple:
    bounds = rng.choice([["upper"], ["lower"], ["lower", "upper"]])
    limits = {"lower": rng.choice([-0.3, 0.0, 0.5]), "upper": rng.choice([1.0, 2.0, 4.0])}
    options = {**{bound: limits[bound] for bound in bounds}, **interval(rng)}
    return options, ThresholdPruner(**options)


def patient(rng: random.Random) -> tuple:
    options = {"patience": rng.choice([0, 1, 2, 4]), "min_delta": rng.choice([0.0, 0.0, 0.1, 0.5])}
    kind = rng.choice(["none", "median", "threshold", "hyperband"])
    wrapped, pruner = None, None
    if kind == "median":
        wrapped = {"n_startup_trials": 2, "n_warmup_steps": 0, "interval_steps": 1, "n_min_trials": 1}
        pruner = MedianPruner(**wrapped)
    elif kind == "threshold":
        wrapped = {"upper": 1.0, "n_warmup_steps": 0, "interval_steps": 1}
        pruner = ThresholdPruner(**wrapped)
    elif kind == "hyperband":
        wrapped = {"min_resource": 1, "max_resource": 4, "reduction_factor": 2}
        pruner = HyperbandPruner(**wrapped)
    written = {**options, **({"wrapped": {"type": kind, **wrapped}} if wrapped else {})}
    return written, PatientPruner(pruner, **options)


def wilcoxon(rng: random.Random) -> tuple:
    options = {"p_threshold": rng.choice([0.1, 0.1, 0.05, 0.3, 0.0625]), "n_startup_steps": rng.choice([0, 2, 2, 6])}
    return options, WilcoxonPruner(**options)


def judged(rng: random.Random, options: dict, pruner, peers: list[dict], points: list) -> dict:
    goal = rng.choice(["minimize", "maximize"])
    study = optuna.create_study(study_name="plumage", direction=goal, pruner=pruner)
    stateful = options.get("wrapped", {}).get("type") == "hyperband"
    for peer in peers:
        if stateful:
            report_all(study, peer)
            continue
        finished = peer["state"] == "FINISHED"
        study.add_trial(
            optuna.trial.create_trial(
                state=STATES[peer["state"]],
                value=peer["objective"] if finished else None,
                intermediate_values={int(step): value for step, value in peer["curve"]},
            )
        )
    trial = study.ask()
    decisions = []
    for step, value in points:
        trial.report(value, step)
        decisions.append(int(trial.should_prune()))
        if stateful and decisions[-1]:
            break  # What a rung would record of a run that goes on nevertheless, nobody asks.
    run = {"number": len(peers) + 1, "curve": points[: len(decisions)]}
    return {"options": options, "goal": goal, "peers": peers, "run": run, "decisions": decisions}


def report_all(study: optuna.Study, peer: dict) -> None:
    """Rungs are recorded when a pruner is asked, so such peers must have lived; one that is to be stopped ends there."""
    trial = study.ask()
    for i, (step, value) in enumerate(peer["curve"]):
        trial.report(value, step)
        if trial.should_prune():
            peer["curve"], peer["state"] = peer["curve"][: i + 1], "PRUNED"
            attrs = study.trials[-1].system_attrs
            rungs = sum(key.startswith("completed_rung_") for key in attrs)
            hyperband = study.pruner._wrapped_pruner
            bracket = hyperband._get_bracket_id(study, study.trials[-1])
            peer["stoppedAtRung"] = 2 ** (bracket + rungs - 1) if rungs else 0
            study.tell(trial, state=TrialState.PRUNED)
            return
    peer["state"] = "FINISHED"
    study.tell(trial, peer["objective"])


def peers_of(rng: random.Random, count: int, curve_of) -> list[dict]:
    peers = []
    for i in range(count):
        points = curve_of()
        objective = round(rng.uniform(0, 3), 1)
        state = rng.choice(["FINISHED"] * 5 + ["PRUNED", "FAILED"])
        peers.append({"number": i + 1, "state": state, "objective": objective, "curve": points})
    return peers


def paired(rng: random.Random) -> dict:
    """Curves over common steps, for the signed-rank test: some of few levels (ties, zeros), some longer than 50."""
    count = rng.choice([4, 8, 12, 20, 60])
    base = [rng.uniform(0, 2) for _ in range(count)]
    digits = rng.choice([0, 1, 3, 3])

    def curve_of() -> list:
        shift, spread = rng.uniform(-0.3, 0.6), rng.choice([0.1, 0.5])
        points = [[step, round(base[step] + shift + rng.gauss(0, spread), digits)] for step in range(count)]
        return [point for point in points if rng.random() > 0.03]

    peers = peers_of(rng, rng.randint(0, 3), curve_of)
    for peer in peers:
        if rng.random() < 0.8 and peer["curve"]:
            peer["objective"] = round(sum(v for _, v in peer["curve"]) / len(peer["curve"]), 3)
    points = curve_of()
    if rng.random() < 0.05:
        points.append([count, float("nan")])
    options, pruner = wilcoxon(rng)
    return judged(rng, options, pruner, peers, points)


def plain(rng: random.Random, make, most_peers: int) -> dict:
    options, pruner = make(rng)
    peers = peers_of(rng, rng.randint(0, most_peers), lambda: recorded.curve(rng, False))
    return judged(rng, options, pruner, peers, recorded.curve(rng, True))


if __name__ == "__main__":
    made_by = {"optuna": optuna.__version__, "seed": SEED}
    for name, count, make, most_peers in [
        ("percentile", 150, percentile, 12),
        ("threshold", 150, threshold, 0),
        ("patient", 240, patient, 6),
    ]:
        source = random.Random(SEED)
        recorded.write(name, made_by, [plain(source, make, most_peers) for _ in range(count)])
    source = random.Random(SEED)
    recorded.write("wilcoxon", made_by, [paired(source) for _ in range(120)])
