"""Makes libs/search/src/samplers/cmaes/strategy.golden.json: what the cmaes package (0.13.1) does with given solutions.

    python -m venv VENV && VENV/bin/pip install cmaes==0.13.1
    VENV/bin/python tools/golden/cma_es.py > libs/search/src/samplers/cmaes/strategy.golden.json
"""

import json
import sys

import numpy as np
from cmaes import CMA


def ellipsoid(x):
    """Axes of unequal length, turned, so that the covariance has something to learn."""
    turned = x + 0.3 * np.roll(x, 1)
    return float(sum(10.0 ** (3 * i / max(1, len(x) - 1)) * (v - 0.6) ** 2 for i, v in enumerate(turned)))


def trajectory(dimensions, population, generations, seed):
    mean = np.full(dimensions, 0.3)
    optimizer = CMA(mean=mean, sigma=1 / 6, seed=seed, population_size=population)
    told = []
    for _ in range(generations):
        solutions = [(x, ellipsoid(x)) for x in (optimizer.ask() for _ in range(population))]
        optimizer.tell(list(solutions))
        solutions.sort(key=lambda s: s[1])
        told.append(
            {
                "solutions": [[float(v) for v in x] for x, _ in solutions],
                "mean": [float(v) for v in optimizer._mean],
                "sigma": float(optimizer._sigma),
                "covariance": [float(v) for v in optimizer._C.reshape(-1)],
            }
        )
    return {"mean": mean.tolist(), "sigma": 1 / 6, "population": population, "generations": told}


cases = [trajectory(2, 6, 30, 1), trajectory(5, 8, 25, 2), trajectory(3, 20, 12, 3)]
json.dump({"madeBy": {"cmaes": "0.13.1"}, "cases": cases}, sys.stdout)
