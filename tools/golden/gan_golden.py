"""Writes libs/model/src/{gan,levers}.golden.json: what PyTorch makes of tiny GANs, for libs/model to agree with.

    python -m venv VENV && VENV/bin/pip install torch numpy
    VENV/bin/python tools/golden/gan_golden.py

Inputs are not in the files: both sides draw them from the same seeded generator, weights by the name of the
parameter (fill). Of every tensor a digest is kept: its Euclidean norm, two sums under random signs, which see every
element, and for the three variants its largest magnitude and single values. Everything is computed in float64.

A case is three training steps: the statistics of each, every gradient of the first, and all weights, running batch
statistics and averages after the third.
"""

import functools
import json
import math
import pathlib

import torch
from gan_reference import Config, Discriminator, Gan, Generator, Random, tensor
from plumage_torch import from_torch, to_torch

MODEL = pathlib.Path(__file__).parents[2] / "libs" / "model" / "src"
ROWS = 4
SHAPE = {"text_dim": 6, "projection_dim": 4, "noise_dim": 5, "generator_width": 2, "discriminator_width": 2}
SETTINGS = {
    "matching": 0.5,
    "interpolation": "half",
    "interpolatedWeight": 1,
    "labelSmoothing": 0,
    "generatorRate": 2e-4,
    "discriminatorRate": 2e-4,
    "averageDecay": 0.99,
}
LEVERS = {
    "adversarial": "cross-entropy",
    "r1Weight": 0,
    "r1Every": 1,
    "augmentations": [],
    "featureMatching": 0,
    "pixelDistance": 0,
}


def name_seed(name: str) -> int:
    """FNV-1a."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def fill(name: str, shape) -> torch.Tensor:
    """Weights and biases within 0.25 of 0, gains and variances within 0.25 of 1, a spectral vector of length 1."""
    random = Random(name_seed(name))
    centre = 1 if name.endswith((".gain", ".variance")) else 0
    values = [centre + 0.25 * (2 * random.next() - 1) for _ in range(math.prod(shape))]
    if name.endswith(".u"):
        length = math.sqrt(sum(value * value for value in values))
        values = [value / length for value in values]
    return tensor(values, shape)


def uniform(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.as_tensor(2 * Random(seed).many(math.prod(shape)) - 1).float().double().reshape(shape)


def pictures(seed: int) -> torch.Tensor:
    """[ROWS, 3, 64, 64], drawn in the order of [ROWS, 64, 64, 3]."""
    return uniform((ROWS, 64, 64, 3), seed).permute(0, 3, 1, 2)


def numbers(values) -> list[float]:
    return [float(f"{float(value):.6g}") for value in values]


@functools.cache
def signs(count: int, seed: int) -> torch.Tensor:
    return torch.where(torch.as_tensor(Random(seed).many(count)) < 0.5, 1.0, -1.0)


def digest(array, values: int) -> list[float]:
    """Norm, two signed sums, and, if asked for, the largest magnitude and single values from all over the tensor."""
    flat = torch.as_tensor(array).double().reshape(-1)
    kept = [flat.norm(), *((signs(len(flat), seed) * flat).sum() for seed in (1, 2))]
    if values > 0:
        kept.append(flat.abs().max())
        kept += [flat[math.floor((len(flat) * (2 * k + 1)) / (2 * values))] for k in range(values)]
    return numbers(kept)


def named(network, prefix: str) -> dict:
    """from_torch without the loss of precision."""
    network = network.double()
    return {f"{prefix}/{name}": array for name, array in exact(network).items()}


def exact(network) -> dict:
    """Plumage's names and layouts, float64: from_torch of the values and of what float32 leaves over."""
    state = {name: value.clone() for name, value in network.state_dict().items()}
    high = from_torch(network)
    rest = {
        name: value - value.float().double() if value.is_floating_point() else value for name, value in state.items()
    }
    network.load_state_dict(rest)
    low = from_torch(network)
    network.load_state_dict(state)
    return {name: torch.as_tensor(high[name]).double() + torch.as_tensor(low[name]).double() for name in high}


def filled(network, prefix: str):
    shapes = {name: array.shape for name, array in from_torch(network).items()}
    arrays = {name: fill(f"{prefix}/{name}", shape) for name, shape in shapes.items()}
    network.load_state_dict(to_torch(arrays, network))
    return network


def gradients_of(network, prefix: str) -> dict:
    """By Plumage's names: the network with its gradients for weights."""
    twin = type(network)(network.config_of)
    twin.load_state_dict(network.state_dict())
    for mine, theirs in zip(twin.parameters(), network.parameters()):
        mine.data.copy_(theirs.grad)
    trained = {name for name, _ in exact(twin).items() if name.rsplit(".", 1)[1] in ("weight", "bias", "gain", "offset")}
    return {f"{prefix}/{name}": value for name, value in exact(twin).items() if name in trained}


def build(config: Config) -> Gan:
    generator, discriminator = Generator(config), Discriminator(config)
    for network, prefix in ((generator, "generator"), (discriminator, "discriminator")):
        network.config_of = config
        filled(network, prefix)
    return Gan(config, generator, discriminator)


def forward_of(config: Config) -> dict:
    """Pictures and scores, by the batch's statistics and by the running ones."""
    gan = build(config)
    noise, text, images = uniform((ROWS, 5), 31), uniform((ROWS, 6), 32), pictures(33)
    result = {}
    with torch.no_grad():
        for mode in ("running", "batch"):
            for network in (gan.generator, gan.discriminator):
                network.train(mode == "batch")
            result[f"pictures/{mode}"] = digest(gan.generator(noise, text).permute(0, 2, 3, 1), 16)
            result[f"scores/{mode}"] = numbers(gan.discriminator(images, text))
    return result


def case(name: str, shape: dict, settings: dict, levers: dict, values: int) -> dict:
    config = Config(**(SHAPE | shape))
    full = SETTINGS | settings
    gan, random = build(config), Random(9)
    statistics, gradients = [], {}
    for step in range(3):
        batch = {
            "images": pictures(100 + step),
            "wrongImages": pictures(200 + step),
            "text": uniform((ROWS, 6), 300 + step),
        }
        said = gan.step(batch, full | LEVERS | levers, random)
        statistics.append(dict(zip(said, numbers(said.values()))))
        if step == 0:
            gradients = gradients_of(gan.generator, "generator") | gradients_of(gan.discriminator, "discriminator")
    after = named(gan.generator, "generator") | named(gan.discriminator, "discriminator")
    if values > 0:
        after |= named(gan.average, "average")
    return {
        "name": name,
        "shape": shape,
        "settings": settings,
        "levers": levers,
        **({"forward": forward_of(config)} if values > 0 else {}),
        "statistics": statistics,
        "gradients": {name: digest(value, values) for name, value in gradients.items()},
        "after": {name: digest(value, values) for name, value in after.items()},
    }


def write(file: str, cases: list) -> None:
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases)
    about = f"tools/golden/gan_golden.py, PyTorch {torch.__version__.split('+')[0]}"
    (MODEL / file).write_text(f'{{"about":{json.dumps(about)},"cases":[\n{lines}\n]}}\n')


RELEASED = {"variant": "released", "activation_quirk": "main_cls_int"}
off, half = {"interpolation": "off"}, {"interpolation": "half"}


def main() -> None:
    write(
        "gan.golden.json",
        [
            case("released, main_cls_int", RELEASED, {}, {}, 4),
            case("released, main_cls", {"activation_quirk": "main_cls"}, {}, {}, 4),
            case("plain", {"variant": "plain"}, {}, {}, 4),
            case("GAN", RELEASED, {"matching": 0} | off, {}, 0),
            case("GAN-CLS", RELEASED, {"matching": 0.5} | off, {}, 0),
            case("GAN-INT", RELEASED, {"matching": 0} | half, {}, 0),
            case("uniform interpolation, weighted", RELEASED, {"interpolation": "uniform", "interpolatedWeight": 0.3}, {}, 0),
            case("label smoothing, c 0.3", RELEASED, {"labelSmoothing": 0.1, "matching": 0.3}, {}, 0),
        ],
    )
    all_augmentations = ["colour", "translation", "cutout"]
    write(
        "levers.golden.json",
        [
            case("hinge loss", RELEASED, {}, {"adversarial": "hinge"}, 0),
            case("R1", RELEASED, {}, {"r1Weight": 2}, 0),
            case("R1, plain networks", {"variant": "plain"}, {}, {"r1Weight": 2}, 0),
            case("lazy R1", RELEASED, {}, {"r1Weight": 2, "r1Every": 2}, 0),
            case("spectral norm", RELEASED | {"spectral_norm": True}, {}, {}, 0),
            case("spectral norm, plain networks", {"variant": "plain", "spectral_norm": True}, {}, {}, 0),
            case("colour", RELEASED, {}, {"augmentations": ["colour"]}, 0),
            case("translation", RELEASED, {}, {"augmentations": ["translation"]}, 0),
            case("cutout", RELEASED, {}, {"augmentations": ["cutout"]}, 0),
            case("feature matching", RELEASED, off, {"featureMatching": 100}, 0),
            case("pixel distance", RELEASED, {}, {"pixelDistance": 50}, 0),
            case("two learning rates", RELEASED, {"generatorRate": 1e-4, "discriminatorRate": 4e-4}, {}, 0),
            case(
                "all at once",
                {"variant": "plain", "spectral_norm": True},
                {},
                {
                    "adversarial": "hinge",
                    "r1Weight": 2,
                    "r1Every": 2,
                    "augmentations": all_augmentations,
                    "featureMatching": 100,
                    "pixelDistance": 50,
                },
                0,
            ),
        ],
    )


if __name__ == "__main__":
    main()
