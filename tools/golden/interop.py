"""Writes libs/training/src/interop/{released,plain}.golden.json and plain/trained.safetensors.

    npx tsx libs/training/src/interop/write.checkpoints.ts
    VENV/bin/python tools/golden/interop.py

The checkpoints beside them are Plumage's own. PyTorch draws and scores with each (one direction); it trains the plain
one for three steps, exports it, and draws and scores again (the other direction).
"""

import json
import pathlib

import numpy
import torch
from gan_golden import LEVERS, SETTINGS, numbers
from gan_reference import Gan, Random
from plumage_torch import from_torch, load_checkpoint, read_safetensors, save_weights

FOLDER = pathlib.Path(__file__).parents[2] / "libs" / "training" / "src" / "interop"
ROWS = 3


def uniform(shape, seed: int) -> torch.Tensor:
    """Few digits, so that the file holds what is computed with."""
    values = numpy.round(2 * Random(seed).many(int(numpy.prod(shape))) - 1, 3)
    return torch.as_tensor(values.reshape(shape))


def seen(checkpoint) -> dict:
    """Pictures of the averaged generator and the discriminator's scores of them, by running statistics."""
    average, discriminator = checkpoint.average.double().eval(), checkpoint.discriminator.double().eval()
    noise = uniform([ROWS, checkpoint.config.noise_dim], 1)
    text = uniform([ROWS, checkpoint.config.text_dim], 2)
    with torch.no_grad():
        pictures = average(noise, text)
        scores = discriminator(pictures, text)
    flat = pictures.permute(0, 2, 3, 1).reshape(-1)
    return {
        "noise": noise.tolist(),
        "text": text.tolist(),
        "mean": float(f"{flat.mean():.7g}"),
        "every": 389,
        "values": numbers(flat[::389]),
        "scores": numbers(scores),
    }


def keeps_everything(name: str, checkpoint) -> None:
    """What is read and written again is the file to the bit."""
    arrays = read_safetensors(FOLDER / name / "model.safetensors")
    for prefix in ("generator", "discriminator", "average"):
        again = from_torch(getattr(checkpoint, prefix))
        assert {f"{prefix}/{key}" for key in again} == {key for key in arrays if key.startswith(f"{prefix}/")}
        for key, array in again.items():
            assert numpy.array_equal(array, arrays[f"{prefix}/{key}"]), key


def main() -> None:
    torch.set_default_dtype(torch.float32)
    loaded = {name: load_checkpoint(FOLDER / name) for name in ("released", "plain")}
    for name, checkpoint in loaded.items():
        keeps_everything(name, checkpoint)
    torch.set_default_dtype(torch.float64)
    golden = {name: {"checkpoint": seen(checkpoint)} for name, checkpoint in loaded.items()}

    plain = loaded["plain"]
    gan = Gan(plain.config, plain.generator.double().train(), plain.discriminator.double().train())
    gan.average = plain.average
    for step in range(3):
        batch = {
            "images": uniform([4, 3, 64, 64], 10 + step),
            "wrongImages": uniform([4, 3, 64, 64], 20 + step),
            "text": uniform([4, plain.config.text_dim], 30 + step),
        }
        rates = {"generatorRate": 0.02, "discriminatorRate": 0.02}
        gan.step(batch, SETTINGS | LEVERS | rates, Random(step))
    save_weights(FOLDER / "plain" / "trained.safetensors", plain)
    golden["plain"]["trained"] = seen(plain)
    for name, content in golden.items():
        (FOLDER / f"{name}.golden.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
