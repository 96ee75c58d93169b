"""Points of the unscrambled Sobol' sequence by SciPy, as whole 32-bit numbers, for libs/search's test.

    python -m venv VENV && VENV/bin/pip install scipy
    VENV/bin/python tools/golden/sobol_points.py > libs/search/src/samplers/sobol/directions.golden.json
"""

import json
import warnings

import scipy
from scipy.stats import qmc

DIMENSIONS = 128
INDICES = [0, 1, 2, 3, 7, 100, 1023, 65_537, 1_000_000]

warnings.simplefilter("ignore")


def point(index: int) -> list[int]:
    engine = qmc.Sobol(DIMENSIONS, scramble=False, bits=32)
    if index > 0:
        engine.fast_forward(index)
    return [round(x * 2**32) for x in engine.random(1)[0].tolist()]


points = ",\n".join(f'    {{ "index": {i}, "bits": {json.dumps(point(i))} }}' for i in INDICES)
print(f'{{\n  "madeBy": {{ "scipy": "{scipy.__version__}" }},\n  "points": [\n{points}\n  ]\n}}')
