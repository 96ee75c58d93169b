"""Makes libs/search/src/samplers/gp/gp.golden.json: posteriors and marginal likelihoods by scikit-learn, and the log of
the expected improvement to fifty digits by mpmath.

    python -m venv VENV && VENV/bin/pip install scikit-learn==1.9.1 mpmath
    VENV/bin/python tools/golden/gaussian_process.py > libs/search/src/samplers/gp/gp.golden.json
"""

import json
import sys

import mpmath
import numpy as np
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

mpmath.mp.dps = 50


def posterior(rng, points, axes):
    X = rng.random((points, axes))
    y = np.sin(5 * X[:, 0]) + X[:, -1] ** 2 + 0.05 * rng.standard_normal(points)
    y = (y - y.mean()) / y.std()
    weights, scale, noise = np.exp(rng.normal(0, 1, axes)), float(np.exp(rng.normal())), 1e-3
    kernel = ConstantKernel(scale) * Matern(length_scale=1 / np.sqrt(weights), nu=2.5)
    process = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y)
    at = rng.random((4, axes))
    mean, covariance = process.predict(at, return_cov=True)
    return {
        "points": X.tolist(),
        "values": y.tolist(),
        "weights": weights.tolist(),
        "scale": scale,
        "noise": noise,
        "at": at.tolist(),
        "mean": mean.tolist(),
        "covariance": covariance.reshape(-1).tolist(),
        "logLikelihood": float(process.log_marginal_likelihood_value_),
    }


def log_improvement(z):
    z = mpmath.mpf(z)
    upper = mpmath.erfc(-z / mpmath.sqrt(2)) / 2
    return float(mpmath.log(mpmath.npdf(z) + z * upper))


rng = np.random.default_rng(7)
zs = [-1e5, -3000.0, -301.0, -299.0, -40.0, -12.5, -6.0, -2.9, -2.8, -1.0001, -0.9999, -0.3, 0.0, 0.7, 3.0, 9.0, 50.0]
json.dump(
    {
        "madeBy": {"scikit-learn": sklearn.__version__, "mpmath": mpmath.__version__},
        "posteriors": [posterior(rng, *shape) for shape in [(2, 1), (7, 2), (40, 5)]],
        "logImprovements": [[z, log_improvement(z)] for z in zs],
    },
    sys.stdout,
)
