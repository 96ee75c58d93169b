"""Makes libs/data/src/formats/golden/: small files as numpy, scipy, h5py and Torch7 write them, for the byte readers.

    python -m venv VENV && VENV/bin/pip install numpy==2.4.6 scipy==1.17.1 h5py==3.16.0 torchfile==0.1.0
    VENV/bin/python tools/golden/datasets.py libs/data/src/formats/golden

What the files hold follows from `arange`, and stands in the tests. No Python writes .t7; features.t7 is written here
after torch/File.lua, and torchfile, which many people read Torch's files with, has to read it back as it was meant.
"""

import pickle
import struct
import sys
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import torchfile

CAPTIONS = ["a red bird", "it has two wings"]
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:'\"/\\|_@#$%^&*~`+-=<>()[]{} "


def write_mats(out):
    arrays = {
        "labels": (np.arange(12) % 5 + 1).astype(np.uint8).reshape(1, 12),
        "doubles": np.arange(6, dtype=np.float64).reshape(2, 3) / 4,
        "wide": np.array([[-1, 70000]], dtype=np.int32),
        "text": "passed over",
        "cells": np.array([1, "a"], dtype=object),
    }
    for name, compressed in (("plain.mat", False), ("compressed.mat", True)):
        scipy.io.savemat(out / name, arrays, do_compression=compressed)


def write_pickles(out):
    images = [np.arange(2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 3) + i for i in range(2)]
    value = {
        "images": images,
        "embeddings": np.arange(6, dtype=np.float32).reshape(1, 2, 3) / 8,
        "columns": np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3)),
        "big_endian": np.arange(3, dtype=">f8"),
        "names": ["001.A/one", "zwei ü"],
        "numbers": (1, -2, 70000, 2**40, 2**70, 0.5, True, None),
        "scalar": np.float64(2.5),
        "again": images[0],
    }
    for protocol in range(5):
        (out / f"arrays.p{protocol}.pickle").write_bytes(pickle.dumps(value, protocol))


def write_hdf5(out):
    with h5py.File(out / "birds.hdf5", "w", libver="earliest") as file:
        for split in ("train", "valid", "test"):
            for caption in range(2):
                group = file.create_group(f"{split}/{split}_bird_{caption}")
                group.create_dataset("name", data=f"{split}_bird")
                group.create_dataset("img", data=np.void(b"\xff\xd8 no picture \x00\xff\xd9\x00"))
                group.create_dataset("embeddings", data=np.arange(4, dtype=np.float32) + caption)
                group.create_dataset("class", data=f"001.{split}")
                text = np.array([CAPTIONS[caption] + "\n"])[0].astype(object)
                group.create_dataset("txt", data=text, dtype=h5py.special_dtype(vlen=str))


def write_outside(out):
    """What a hostile file would do: have other files' contents read as its own."""
    with h5py.File(out / "outside.hdf5", "w", libver="latest") as file:
        file.create_dataset("stored", shape=(1,), dtype="S4", external=[("/etc/passwd", 0, 4)])
        file["linked"] = h5py.ExternalLink("birds.hdf5", "train/train_bird_0/class")
        layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
        layout[:] = h5py.VirtualSource("birds.hdf5", "train/train_bird_1/embeddings", shape=(4,))
        file.create_virtual_dataset("virtual", layout)


class Torch:
    """torch/File.lua's writeObject, for what the released features hold."""

    def __init__(self):
        self.bytes = b""
        self.index = 0

    def ints(self, *values):
        self.bytes += struct.pack(f"<{len(values)}i", *values)

    def text(self, value):
        self.ints(len(value))
        self.bytes += value.encode()

    def object(self, value):
        if isinstance(value, str):
            self.ints(2)
            self.text(value)
        elif isinstance(value, dict):
            self.index += 1
            self.ints(3, self.index, len(value))
            for key, item in value.items():
                self.object(key)
                self.object(item)
        else:
            self.tensor(value)

    def head(self, name):
        self.index += 1
        self.ints(4, self.index)
        self.text("V 1")
        self.text(f"torch.{name}")

    def tensor(self, value):
        kind = {"float32": "Float", "float64": "Double", "uint8": "Byte"}[value.dtype.name]
        self.head(f"{kind}Tensor")
        self.ints(value.ndim)
        strides = [stride // value.itemsize for stride in value.strides]
        self.bytes += struct.pack(f"<{2 * value.ndim + 1}q", *value.shape, *strides, 1)
        self.head(f"{kind}Storage")
        self.bytes += struct.pack("<q", value.size)
        self.bytes += np.ascontiguousarray(value.T if value.flags.f_contiguous else value).tobytes()


def write_t7(out):
    chars = np.zeros((201, 2), dtype=np.uint8)
    for column, caption in enumerate(CAPTIONS):
        for row, character in enumerate(caption):
            chars[row, column] = ALPHABET.rindex(character) + 1
    features = {
        "img": "001.A/one.jpg",
        "txt": np.arange(8, dtype=np.float32).reshape(2, 4) / 16,
        "char": chars,
    }
    torch = Torch()
    torch.object(features)
    path = out / "features.t7"
    path.write_bytes(torch.bytes)
    read = torchfile.load(str(path))
    assert read[b"img"] == b"001.A/one.jpg"
    assert np.array_equal(read[b"txt"], features["txt"]) and np.array_equal(read[b"char"], chars)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for write in (write_mats, write_pickles, write_hdf5, write_outside, write_t7):
        write(folder)
