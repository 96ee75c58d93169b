"""Writes the weights of a PyTorch training as Plumage's tensors, for tools/import-weights.ts (docs/checkpoints.md).

    python tools/pytorch/export_weights.py CHECKPOINT TRAINED.pt WEIGHTS.safetensors

CHECKPOINT is a folder of Plumage's: it says the shape of the networks and how texts were standardised. TRAINED.pt is
what torch.save wrote of {"generator": G.state_dict(), "discriminator": D.state_dict()} and, if there is one, "average":
state_dicts of plumage_torch's modules. Without an average the generator stands for it.
"""

import sys

import torch
from plumage_torch import load_checkpoint, save_weights


def main(checkpoint_folder: str, trained_file: str, weights_file: str) -> None:
    checkpoint = load_checkpoint(checkpoint_folder)
    trained = torch.load(trained_file, map_location="cpu", weights_only=True)
    for name in ("generator", "discriminator"):
        if name not in trained:
            raise SystemExit(f"{trained_file} has no {name}; it has {', '.join(trained)}")
        getattr(checkpoint, name).load_state_dict(trained[name])
    checkpoint.average.load_state_dict(trained.get("average", trained["generator"]))
    save_weights(weights_file, checkpoint)
    print(f"{weights_file}: generator, discriminator and average of {trained_file}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
