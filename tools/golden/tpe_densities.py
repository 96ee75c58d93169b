"""Makes libs/search/src/samplers/tpe/parzen.golden.json: kernel widths and densities of Optuna's Parzen estimator.

    python -m venv VENV && VENV/bin/pip install optuna==5.0.0
    VENV/bin/python tools/golden/tpe_densities.py > libs/search/src/samplers/tpe/parzen.golden.json

Widths are Optuna's without a least width; densities are with the least width of libs/search/src/samplers/tpe/parzen.ts.
Places and widths are within the unit interval.
"""

import functools
import json
import sys

import numpy as np
import optuna
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

# Which of several equal places gets which width: the first by number the first, as here.
np.argsort = functools.partial(np.argsort, kind="stable")

parameters = _ParzenEstimatorParameters(
    prior_weight=1.0,
    consider_magic_clip=False,
    consider_endpoints=False,
    weights=default_weights,
    multivariate=True,
)
# x is continuous; k has five values, of which the first stands for [0, 0.2].
space = {"x": FloatDistribution(0, 1), "k": IntDistribution(1, 5)}


def case(seed, n):
    rng = np.random.RandomState(seed)
    observed = {"x": rng.rand(n), "k": rng.randint(1, 6, size=n).astype(float)}
    points = {"x": rng.rand(6), "k": rng.randint(1, 6, size=6).astype(float)}
    both = _ParzenEstimator(observed, space, parameters)
    least = 1 / min(200, (n + 2) ** 1.1)
    x_kernels, k_kernels = both._mixture_distribution.distributions
    widths_of_x, widths_of_k = x_kernels.sigma[:-1].copy(), k_kernels.sigma[:-1] / 5
    x_kernels.sigma[:-1] = np.maximum(widths_of_x, least)
    k_kernels.sigma[:-1] = np.maximum(widths_of_k, least) * 5
    return {
        "x": observed["x"].tolist(),
        "k": observed["k"].tolist(),
        "weights": default_weights(n).tolist(),
        "widthsOfX": widths_of_x.tolist(),
        "widthsOfK": widths_of_k.tolist(),
        "points": [{"x": float(x), "k": int(k)} for x, k in zip(points["x"], points["k"])],
        "logDensities": [float(v) for v in both.log_pdf(points)],
    }


cases = [case(1, 1), case(2, 2), case(3, 4), case(4, 7), case(5, 26), case(6, 60)]
json.dump({"madeBy": {"optuna": optuna.__version__}, "cases": cases}, sys.stdout)
