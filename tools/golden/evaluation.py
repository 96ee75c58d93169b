"""Makes libs/training/src/evaluation/evaluation.golden.json: the figures of evaluation and of style verification by numpy,
scipy and scikit-learn, on inputs that follow from formulas which the tests repeat.

    python -m venv VENV && VENV/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    VENV/bin/python tools/golden/evaluation.py > libs/training/src/evaluation/evaluation.golden.json
"""

import json
import sys

import numpy as np
import scipy
import scipy.linalg
import scipy.stats
import sklearn
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge
from sklearn.metrics import balanced_accuracy_score, roc_auc_score, roc_curve


def wave(rows, length, shift=0.0, scale=1.0):
    """Single precision, as features are held."""
    i, j = np.meshgrid(np.arange(rows), np.arange(length), indexing="ij")
    values = scale * np.sin(1.3 * i + 2.1 * j + 0.37 * i * j + shift) + 0.1 * shift
    return values.astype(np.float32).astype(np.float64)


def frechet(a, b):
    s1, s2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # scipy warns of singular products; the root's trace is what is asked, to 1e-6 of the whole.
    root = scipy.linalg.sqrtm(s1 @ s2 + 0j)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s1) + np.trace(s2) - 2 * np.trace(root).real)


def kid(a, b):
    kernel = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    inner = lambda x: (kernel(x, x).sum() - np.trace(kernel(x, x))) / (len(x) * (len(x) - 1))
    return float(inner(a) + inner(b) - 2 * kernel(a, b).mean())


def distances():
    cases = []
    for rows, others, length in [(30, 40, 6), (12, 9, 20)]:
        a, b = wave(rows, length), wave(others, length, 0.8, 1.4)
        case = {"rows": rows, "others": others, "length": length, "kid": kid(a, b)}
        cases.append({**case, "frechet": frechet(a, b)})
    return cases


def eigenvalues():
    a = wave(9, 9)
    return np.linalg.eigvalsh(a + a.T).tolist()


def probe():
    X, asked = wave(24, 7), wave(10, 7, 0.5)
    labels = np.array([i % 5 % 3 for i in range(24)])
    weights = np.array([24 / (3 * np.sum(labels == label)) for label in labels])
    with_constant = lambda x: np.hstack([x, np.ones((len(x), 1))])
    ridge = Ridge(alpha=0.7, fit_intercept=False, solver="cholesky")
    ridge.fit(with_constant(X), np.eye(3)[labels], sample_weight=weights)
    found = ridge.predict(with_constant(asked)).argmax(1)
    truth = [i % 3 for i in range(10)]
    return {"found": found.tolist(), "balancedAccuracy": float(balanced_accuracy_score(truth, found))}


def clusters():
    points = wave(40, 3)
    kmeans = KMeans(n_clusters=5, init=points[:5], n_init=1, algorithm="lloyd", tol=0, max_iter=300).fit(points)
    return {"labels": kmeans.labels_.tolist(), "inertia": float(kmeans.inertia_)}


def roc():
    # rounded, so that scores are equal here and there
    scores = np.round(wave(60, 1)[:, 0], 1)
    same = np.array([np.sin(0.9 * i) + 0.8 * scores[i] > 0 for i in range(60)])
    false, true, thresholds = roc_curve(same, scores, drop_intermediate=False)
    fold = np.arange(60) // 2 % 5
    folds = [roc_auc_score(same[fold == f], scores[fold == f]) for f in range(5)]
    u = scipy.stats.mannwhitneyu(scores[same], scores[~same]).statistic
    return {
        "scores": scores.tolist(),
        "same": same.tolist(),
        "falsePositive": false.tolist(),
        "truePositive": true.tolist(),
        "thresholds": thresholds[1:].tolist(),
        "area": float(roc_auc_score(same, scores)),
        "areaByRanks": float(u / (same.sum() * (~same).sum())),
        "folds": {"mean": float(np.mean(folds)), "deviation": float(np.std(folds))},
    }


json.dump(
    {
        "madeBy": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "distances": distances(),
        "eigenvalues": eigenvalues(),
        "probe": probe(),
        "clusters": clusters(),
        "roc": roc(),
    },
    sys.stdout,
)
