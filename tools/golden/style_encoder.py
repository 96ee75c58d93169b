"""Makes libs/model/src/style-encoder/style.golden.json: the style encoder in PyTorch (trunk of the released netD with its
residual block, flatten, linear), in double precision: forward pass in both modes, loss, gradients and three Adam steps.
Inputs and initial weights follow from formulas that style.fixture.ts repeats (inputs at which no activation is within
rounding of its kink, where single precision may take the other side); of long tensors the digests are kept.

    python -m venv VENV && VENV/bin/pip install torch==2.15.0 numpy
    VENV/bin/python tools/golden/style_encoder.py > libs/model/src/style-encoder/style.golden.json
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
WIDTH, NOISE, ROWS, RATE, BETA1 = 2, 5, 3, 1e-3, 0.5


def wave(shape, scale, stride, offset=0.0):
    i = torch.arange(math.prod(shape))
    # single precision, as the peer holds it
    return (scale * torch.sin(i * stride + offset)).float().double().reshape(shape)


def specs(n, z):
    """(name, shape as the peer has it: kernels [h, w, in, out])"""
    layers = [
        ("down32", (4, 4, 3, n), False),
        ("down16", (4, 4, n, 2 * n), True),
        ("down8", (4, 4, 2 * n, 4 * n), True),
        ("down4", (4, 4, 4 * n, 8 * n), True),
        ("block4.reduce", (1, 1, 8 * n, 2 * n), True),
        ("block4.middle", (3, 3, 2 * n, 2 * n), True),
        ("block4.expand", (3, 3, 2 * n, 8 * n), True),
    ]
    for name, shape, norm in layers:
        yield f"{name}.weight", shape
        if norm:
            yield f"{name}.norm.gain", (shape[-1],)
            yield f"{name}.norm.offset", (shape[-1],)
    yield "noise.weight", (16 * 8 * n, z)
    yield "noise.bias", (z,)


def initial(index, name, shape):
    base = 1.0 if name.endswith("gain") else 0.0
    return base + wave(shape, 0.1, 0.7, float(index))


def forward(params, running, images, training, quirk):
    """images [B, 64, 64, 3] -> [B, Z]; `running` is updated in training, as BatchNorm2d does."""

    def conv(x, name, stride, padding):
        return F.conv2d(x, params[f"{name}.weight"].permute(3, 2, 0, 1), stride=stride, padding=padding)

    def norm(x, name):
        mean, variance = running[name]
        gain, offset = params[f"{name}.norm.gain"], params[f"{name}.norm.offset"]
        return F.batch_norm(x, mean, variance, gain, offset, training, 0.1, 1e-5)

    def leaky(x):
        return F.leaky_relu(x, 0.2)

    h = leaky(conv(images.permute(0, 3, 1, 2), "down32", 2, 1))
    h = leaky(norm(conv(h, "down16", 2, 1), "down16"))
    h = norm(conv(h, "down8", 2, 1), "down8")
    h = leaky(h) if quirk == "main_cls" else h
    h = norm(conv(h, "down4", 2, 1), "down4")
    r = leaky(norm(conv(h, "block4.reduce", 1, 0), "block4.reduce"))
    r = leaky(norm(conv(r, "block4.middle", 1, 1), "block4.middle"))
    r = norm(conv(r, "block4.expand", 1, 1), "block4.expand")
    h = leaky(h + r)
    flat = h.permute(0, 2, 3, 1).reshape(h.shape[0], -1)
    return flat @ params["noise.weight"] + params["noise.bias"]


def digest(values):
    flat = values.detach().reshape(-1)
    return {
        "norm": float(flat.norm()),
        "projection": float((flat * torch.cos(torch.arange(flat.numel()).double())).sum()),
        "first": flat[:6].tolist(),
    }


def case(quirk):
    params = {
        name: initial(i, name, shape).requires_grad_() for i, (name, shape) in enumerate(specs(WIDTH, NOISE))
    }
    running = {
        name[: -len(".norm.gain")]: (torch.zeros(p.shape), torch.ones(p.shape))
        for name, p in params.items()
        if name.endswith("gain")
    }
    adam = torch.optim.Adam(params.values(), lr=RATE, betas=(BETA1, 0.999), eps=1e-8)
    steps = []
    for step in range(3):
        images = wave((ROWS, 64, 64, 3), 1.0, 0.37, 2.0 * step)
        noise = wave((ROWS, NOISE), 1.5, 1.3, float(step))
        found = forward(params, running, images, True, quirk)
        loss = ((noise - found) ** 2).sum(1).mean()
        adam.zero_grad()
        loss.backward()
        gradients = {name: digest(p.grad) for name, p in params.items()}
        adam.step()
        steps.append({"found": found.detach().reshape(-1).tolist(), "loss": float(loss.detach()), "gradients": gradients})
    images = wave((ROWS, 64, 64, 3), 1.0, 0.37, 0.0)
    shown = forward(params, running, images, False, quirk)
    return {
        "activationQuirk": quirk,
        "steps": steps,
        "params": {name: digest(p) for name, p in params.items()},
        "running": {
            f"{name}.norm.{part}": digest(value)
            for name, pair in running.items()
            for part, value in zip(("mean", "variance"), pair)
        },
        "shown": shown.detach().reshape(-1).tolist(),
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return value


json.dump(
    rounded(
        {
            "madeBy": {"torch": torch.__version__},
            "width": WIDTH,
            "noiseDim": NOISE,
            "rows": ROWS,
            "learningRate": RATE,
            "beta1": BETA1,
            "cases": [case("main_cls_int"), case("main_cls")],
        }
    ),
    sys.stdout,
)
