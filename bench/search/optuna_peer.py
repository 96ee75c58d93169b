"""Optuna's samplers on the functions of this folder, seed by seed: what `npm run bench -- search` stands beside ours.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0 cmaes scipy torch
    VENV/bin/python bench/search/optuna_peer.py record --state STUDIES.jsonl
    VENV/bin/python bench/search/optuna_peer.py collect --state STUDIES.jsonl --out bench/search/optuna.recorded.json

`record` appends one line a study to STUDIES.jsonl and leaves out studies that are there, so it may be stopped and
started again. Samplers have Optuna's defaults, Sobol with scrambling. Mode `sequential` asks and tells in turns.
Mode `flight8` keeps eight trials running: ask eight, then each time tell the one that was asked first and ask one.
Times are of this process's CPU, one thread, so that a busy machine does not change them much.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import optuna

from objectives import OBJECTIVES, regret

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "sobol": lambda seed: optuna.samplers.QMCSampler(qmc_type="sobol", scramble=True, seed=seed),
    "cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}
IN_FLIGHT = {"sequential": 1, "flight8": 8}
ONE_OBJECTIVE_SAMPLERS = ("cmaes", "gp")
EVERY = 10


def budget(sampler: str, function: str) -> int:
    """Trials of one study: fewer where a suggestion is dear, more where a generation alone has 50."""
    one = OBJECTIVES[function].objectives == 1
    if sampler == "nsga2":
        return 200 if one else 500
    if sampler == "gp":
        return 60
    return 100 if one else 200


def seed_count(sampler: str) -> int:
    return 20 if sampler == "gp" else 30


def applies(sampler: str, function: str, mode: str) -> bool:
    if sampler in ("random", "sobol") and mode != "sequential":
        # They do not look at what was found, so every mode gives the same points.
        return False
    return OBJECTIVES[function].objectives == 1 or sampler not in ONE_OBJECTIVE_SAMPLERS


def new_study(sampler: str, function: str, seed: int) -> optuna.Study:
    directions = ["minimize"] * OBJECTIVES[function].objectives
    return optuna.create_study(sampler=SAMPLERS[sampler](seed), directions=directions)


def run_study(sampler: str, function: str, mode: str, seed: int, trials: int) -> list[float]:
    """The regret after each 10 trials, in the order in which they were asked."""
    evaluate = OBJECTIVES[function].evaluate
    study = new_study(sampler, function, seed)
    running, losses = [], []
    while len(losses) < trials:
        if len(running) == IN_FLIGHT[mode]:
            study.tell(*running.pop(0))
        trial = study.ask()
        losses.append(evaluate(trial))
        running.append((trial, losses[-1]))
    return [float(f"{max(0.0, regret(function, losses[:n])):.5g}") for n in range(EVERY, trials + 1, EVERY)]


def known_lines(state: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in state.read_text().splitlines()] if state.exists() else []


def append(state: pathlib.Path, line: dict) -> None:
    with state.open("a") as file:
        file.write(json.dumps(line) + "\n")


def studies(options: argparse.Namespace):
    """Every (sampler, function, mode, seed): samplers in turn; within one, seed by seed, so that all grow evenly."""
    for sampler in options.samplers:
        for seed in range(1, (options.seeds or seed_count(sampler)) + 1):
            for function in options.functions:
                for mode in options.modes:
                    if applies(sampler, function, mode):
                        yield sampler, function, mode, seed, options.trials or budget(sampler, function)


def record(options: argparse.Namespace) -> None:
    done = {
        (line["sampler"], line["function"], line["mode"], line["seed"], line["trials"])
        for line in known_lines(options.state)
        if "regrets" in line
    }
    for study in studies(options):
        if study in done:
            continue
        sampler, function, mode, seed, trials = study
        started = time.process_time()
        regrets = run_study(*study)
        line = {"sampler": sampler, "function": function, "mode": mode, "seed": seed, "trials": trials}
        append(options.state, {**line, "regrets": regrets, "cpuSeconds": round(time.process_time() - started, 2)})
        print(f"{sampler} {function} {mode} seed {seed}: {regrets[-1]:.3g}", flush=True)


def timed_function(sampler: str) -> str:
    return "zdt1" if sampler == "nsga2" else "hartmann6"


def filled_study(sampler: str, past: int) -> optuna.Study:
    """A study with `past` finished trials: at random, but CMA-ES and NSGA-II go on from generations of their own."""
    function = timed_function(sampler)
    study = new_study(sampler, function, 1)
    evaluate = OBJECTIVES[function].evaluate
    if sampler in ("cmaes", "nsga2", "random", "sobol"):
        for _ in range(past):
            trial = study.ask()
            study.tell(trial, evaluate(trial))
        return study
    source = new_study("random", function, 1)
    for _ in range(past):
        trial = source.ask()
        source.tell(trial, evaluate(trial))
    study.add_trials(source.trials)
    return study


def suggest_ms(sampler: str, past: int, repeat: int) -> float:
    """Median milliseconds of CPU of one ask with all its parameters, each told before the next."""
    study = filled_study(sampler, past)
    evaluate = OBJECTIVES[timed_function(sampler)].evaluate
    times = []
    for _ in range(repeat):
        start = time.process_time()
        trial = study.ask()
        values = evaluate(trial)
        times.append(1000 * (time.process_time() - start))
        study.tell(trial, values)
    return float(f"{statistics.median(times):.3g}")


def time_samplers(options: argparse.Namespace) -> None:
    done = {(line["sampler"], line["past"]) for line in known_lines(options.state) if "suggestMs" in line}
    for sampler in options.samplers:
        for past in (100, 1000, 10_000):
            # A Gaussian process over 10,000 trials would need hours.
            if (sampler, past) in done or (sampler == "gp" and past > 1000):
                continue
            milliseconds = suggest_ms(sampler, past, 5 if sampler == "gp" else 31)
            append(options.state, {"sampler": sampler, "past": past, "suggestMs": milliseconds})
            print(f"{sampler} after {past} trials: {milliseconds} ms", flush=True)


def versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for package in ("optuna", "numpy", "scipy", "cmaes", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            pass
    return found


def cpu_name() -> str:
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def collect(options: argparse.Namespace) -> None:
    """One JSON of all lines: curves[sampler][function][mode] = {trials, every, seeds: one list of regrets a seed}."""
    curves: dict = {}
    times: dict = {}
    for line in known_lines(options.state):
        if "suggestMs" in line:
            times.setdefault(line["sampler"], {})[str(line["past"])] = line["suggestMs"]
            continue
        if not applies(line["sampler"], line["function"], line["mode"]):
            continue
        mode = curves.setdefault(line["sampler"], {}).setdefault(line["function"], {})
        entry = mode.setdefault(line["mode"], {"trials": line["trials"], "every": EVERY, "seeds": {}})
        entry["seeds"][str(line["seed"])] = line["regrets"]
    peer = {
        "versions": versions(),
        "cpu": cpu_name(),
        "curves": curves,
        "suggestMs": times,
    }
    # One line a study keeps the file small and its changes readable.
    text = re.sub(r"\[[^\[\]]*\]", lambda numbers: re.sub(r"\s", "", numbers[0]), json.dumps(peer, indent=1))
    options.out.write_text(text + "\n")


def main() -> None:
    names = lambda text: text.split(",")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["record", "time", "collect"])
    parser.add_argument("--state", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--samplers", type=names, default=list(SAMPLERS))
    parser.add_argument("--functions", type=names, default=list(OBJECTIVES))
    parser.add_argument("--modes", type=names, default=list(IN_FLIGHT))
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--trials", type=int)
    options = parser.parse_args()
    {"record": record, "time": time_samplers, "collect": collect}[options.action](options)


if __name__ == "__main__":
    main()
