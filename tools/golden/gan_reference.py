"""One training step of GAN-CLS and GAN-INT in PyTorch, float64, written from Reed et al. 2016 (algorithm 1, sections
4.1 to 4.3) and from the sources of each stability lever: what libs/model is held against by gan_golden.py.

It is meant to be read beside the papers, so it takes no short cut that libs/model takes: text is tiled and convolved,
the three passes of the discriminator are three calls, Adam is PyTorch's own. Chance comes from Random, which
libs/model's tests have too, and is drawn in the order in which trainStep draws it.

Running batch statistics follow the rule that libs/model states: the generator's move by the pass of the
discriminator's step, the discriminator's by its own three passes, the projected text's once a step.
"""

import contextlib
import copy
import math
import pathlib
import struct
import sys

import numpy
import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "pytorch"))
from plumage_torch import Config, Discriminator, Generator  # noqa: E402

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def float32(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


class Random:
    """mulberry32 with Box and Muller's normals, as wasm.fixture.ts has it."""

    def __init__(self, seed: int):
        self.state = seed & 0xFFFFFFFF

    def many(self, count: int) -> numpy.ndarray:
        """The next `count` numbers at once."""
        steps = numpy.arange(1, count + 1, dtype=numpy.uint64) * 0x6D2B79F5 + self.state
        state = (steps & 0xFFFFFFFF).astype(numpy.uint32)
        self.state = int(state[-1])
        t = (state ^ (state >> 15)) * (state | 1)
        t ^= t + (t ^ (t >> 7)) * (t | 61)
        return (t ^ (t >> 14)) / 2.0**32

    def next(self) -> float:
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    def normal(self) -> float:
        return math.sqrt(-2 * math.log(1 - self.next())) * math.cos(2 * math.pi * self.next())

    def below(self, count: int) -> int:
        return math.floor(self.next() * count)


def tensor(values, shape) -> torch.Tensor:
    return torch.tensor([float32(value) for value in values]).reshape(shape)


# --- the objective: section 4.2 -------------------------------------------------------------------------------


def hinge_or_cross_entropy(settings):
    """(real, fake, generated) losses per example. Hinge: Lim and Ye 2017, equation 8."""
    if settings["adversarial"] == "hinge":
        return lambda s: F.relu(1 - s), lambda s: F.relu(1 + s), lambda s: -s
    target = 1 - settings["labelSmoothing"]

    def entropy(s, t):
        return F.binary_cross_entropy_with_logits(s, torch.full_like(s, t), reduction="none")

    return lambda s: entropy(s, target), lambda s: entropy(s, 0.0), lambda s: entropy(s, 1.0)


def interpolate(text, settings, random):
    """Section 4.3: the originals, then beta t_i + (1 - beta) t_(i + B/2)."""
    half = len(text) // 2
    if settings["interpolation"] == "off":
        return text
    betas = [0.5 if settings["interpolation"] == "half" else random.next() for _ in range(half)]
    beta = tensor(betas, [half, 1])
    return torch.cat([text, beta * text[:half] + (1 - beta) * text[half : 2 * half]])


# --- DiffAugment: Zhao et al. 2020, as their DiffAugment_pytorch.py --------------------------------------------


def augment(x, kinds, random):
    """x [N, 3, S, S]; every row has draws of its own."""
    rows, _, side, _ = x.shape

    def draws(f):
        return torch.tensor([f() for _ in range(rows)])

    if "colour" in kinds:
        brightness, saturation, contrast = (
            draws(lambda: float32(random.next())).reshape(-1, 1, 1, 1) for _ in range(3)
        )
        x = x + (brightness - 0.5)
        mean = x.mean(1, keepdim=True)
        x = (x - mean) * (2 * saturation) + mean
        mean = x.mean([1, 2, 3], keepdim=True)
        x = (x - mean) * (contrast + 0.5) + mean
    if "translation" in kinds:
        reach = int(side * 0.125 + 0.5)
        down, right = (draws(lambda: random.below(2 * reach + 1) - reach) for _ in range(2))
        padded = F.pad(x, [reach] * 4)
        x = torch.stack(
            [
                padded[i, :, reach - dy : reach - dy + side, reach - dx : reach - dx + side]
                for i, (dy, dx) in enumerate(zip(down.tolist(), right.tolist()))
            ]
        )
    if "cutout" in kinds:
        hole = int(side * 0.5 + 0.5)
        top, left = (draws(lambda: random.below(side + 1 - hole % 2)) for _ in range(2))
        mask = torch.ones(rows, 1, side, side)
        for i in range(rows):
            y, z = int(top[i]) - hole // 2, int(left[i]) - hole // 2
            mask[i, :, max(0, y) : y + hole, max(0, z) : z + hole] = 0
        x = x * mask
    return x


# --- the step: algorithm 1 ------------------------------------------------------------------------------------


@contextlib.contextmanager
def still(*modules):
    """Running statistics do not move inside."""
    norms = [norm for module in modules for norm in module.modules() if hasattr(norm, "running_mean")]
    for norm in norms:
        norm.momentum = 0.0
    yield
    for norm in norms:
        norm.momentum = 0.1


class Gan:
    def __init__(self, config: Config, generator: Generator, discriminator: Discriminator, beta1: float = 0.5):
        self.config, self.generator, self.discriminator = config, generator, discriminator
        self.average = copy.deepcopy(generator)
        rate = {"lr": 0.0, "betas": (beta1, 0.999), "eps": 1e-8}
        self.g_adam = torch.optim.Adam(generator.parameters(), **rate)
        self.d_adam = torch.optim.Adam(discriminator.parameters(), **rate)
        self.updates = 0

    def noise(self, rows, random):
        return tensor([random.normal() for _ in range(rows * self.config.noise_dim)], [rows, self.config.noise_dim])

    def step(self, batch, settings, random) -> dict:
        """Updates D, then G, then the average; the statistics by trainStep's names. Gradients stay in `.grad`."""
        said = self.update_discriminator(batch, settings, random)
        said |= self.update_generator(batch, settings, random)
        self.updates += 1
        decay = min(settings["averageDecay"], (1 + self.updates) / (10 + self.updates))
        live = self.generator.state_dict()
        for name, mean in self.average.state_dict().items():
            if mean.is_floating_point():
                mean.copy_(mean * decay + live[name] * (1 - decay))
        return said

    def update_discriminator(self, batch, settings, random):
        d, kinds = self.discriminator, settings["augmentations"]
        with torch.no_grad():
            fakes = self.generator(self.noise(len(batch["text"]), random), batch["text"])
        d.iterate()
        real_loss, fake_loss, _ = hinge_or_cross_entropy(settings)
        c = settings["matching"]
        images = augment(batch["images"], kinds, random).requires_grad_()
        s_r = d(images, batch["text"])
        with still(d.text):
            s_w = d(augment(batch["wrongImages"], kinds, random), batch["text"]) if c > 0 else None
            s_f = d(augment(fakes, kinds, random), batch["text"])
        zero = torch.zeros(())
        real, fake = real_loss(s_r).mean(), fake_loss(s_f).mean()
        wrong = fake_loss(s_w).mean() if c > 0 else zero
        total = real + c * wrong + (1 - c) * fake
        penalty = zero
        if settings["r1Weight"] > 0 and self.updates % settings["r1Every"] == 0:
            # Mescheder et al. 2018, equation 9; lazily as Karras et al. 2020, section 3.
            (gradient,) = torch.autograd.grad(s_r.sum(), images, create_graph=True)
            mean_square = gradient.square().sum([1, 2, 3]).mean()
            penalty = settings["r1Weight"] / 2 * settings["r1Every"] * mean_square
        self.d_adam.zero_grad()
        (total + penalty).backward()
        self.d_adam.param_groups[0]["lr"] = settings["discriminatorRate"]
        self.d_adam.step()

        def share(which):
            return which.double().mean()

        said = {
            "d/loss": total,
            "d/real": real,
            "d/wrong": wrong,
            "d/fake": fake,
            "d/accuracy_real": share(s_r > 0),
            "d/accuracy_wrong": share(s_w < 0) if c > 0 else zero,
            "d/accuracy_fake": share(s_f < 0),
            "d/match_gap": s_r.mean() - s_w.mean() if c > 0 else zero,
        }
        if settings["r1Weight"] > 0:
            said["d/r1"] = penalty
        return {name: float(value.detach()) for name, value in said.items()}

    def update_generator(self, batch, settings, random):
        g, d, kinds = self.generator, self.discriminator, settings["augmentations"]
        rows = len(batch["text"])
        text = interpolate(batch["text"], settings, random)
        noise = self.noise(len(text), random)
        _, _, generated_loss = hinge_or_cross_entropy(settings)
        said = {}
        with still(g, d):
            fakes = g(noise, text)
            shown = augment(fakes, kinds, random)
            weight = torch.ones(len(text))
            weight[rows:] = settings["interpolatedWeight"]
            adversarial = (weight * generated_loss(d(shown, text))).mean()
            total = adversarial
            if settings["featureMatching"] > 0:
                # The re-implementation (aelnouby/Text-to-Image-Synthesis): MSE of the batch means of D's features.
                with torch.no_grad():
                    real = d.features(augment(batch["images"], kinds, random)).mean(0)
                term = F.mse_loss(d.features(shown)[:rows].mean(0), real)
                said["g/feature_matching"] = term
                total = total + settings["featureMatching"] * term
            if settings["pixelDistance"] > 0:
                term = F.l1_loss(fakes[:rows], batch["images"])
                said["g/pixel_distance"] = term
                total = total + settings["pixelDistance"] * term
        self.g_adam.zero_grad()
        total.backward(inputs=list(g.parameters()))
        self.g_adam.param_groups[0]["lr"] = settings["generatorRate"]
        self.g_adam.step()
        return {name: float(value.detach()) for name, value in ({"g/loss": adversarial} | said).items()}
