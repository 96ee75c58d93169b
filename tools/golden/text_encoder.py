"""Goldens of libs/model/src/text-encoder: PyTorch's forward pass, loss, gradients and three RMSprop steps; for pairs of
captions (icml2016 main_txt_coco.lua) the one-way loss and three steps of Adam.

    python tools/golden/text_encoder.py > libs/model/src/text-encoder/text-encoder.golden.json

The networks are written down here from the released Torch files (cvpr2016 modules/HybridCNN.lua, FixedRNN.lua and
train_sje_hybrid.lua; icml2016 modules/HybridCNNLong.lua and FixedGRU.lua), in PyTorch's layout, with small widths.
Initial values come from a formula that the test repeats, so that only results are stored. Results are rounded to
seven digits. Arrays are flat, in the layout of libs/model (convolutions [1, k, in, out], linear layers [in, out]).
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:'\"/\\|_@#$%^&*~`+-=<>()[]{} "
WIDTHS = {"conv1": 3, "conv2": 4, "conv3": 3, "embedding": 5, "image": 1}
TEXTS = [
    "a small yellow bird with a pointed beak - and black wings!",
    "red",
    "Caf\u00e9 [x_9]; it's \"QUOTED\" \\ 100%" + " and on and on" * 20,
    "the flower has petals that are white, with a purple stamen",
]
OTHER_TEXTS = [
    "this bird is yellow; its wings are dark.",
    "a thing that is red",
    "receipt of a cafe",
    "white petals around purple",
]
RATE = 0.01
STEPS = 3
ADAM = {"rate": 0.002, "beta1": 0.5, "factor": 3}


def numbers(count, seed):
    """Fixed numbers in [-0.5, 0.5), as numbersOf in the test."""
    state, values = (seed * 7919) % 2**32, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return values


def tensor(shape, seed):
    size = 1
    for side in shape:
        size *= side
    return torch.tensor(numbers(size, seed)).reshape(shape)


def one_hot(text):
    columns = {character: column for column, character in enumerate(ALPHABET)}
    rows = torch.zeros(201, 70)
    for place, character in enumerate(text.lower()[:201]):
        rows[place, columns.get(character, columns[" "])] = 1
    return rows


def parameters(gated):
    """Names and shapes in the order of textEncoderSpecs; every array is in libs/model's layout."""
    d = WIDTHS["conv3"]
    shapes = {}

    def layer(name, shape):
        shapes[name + ".weight"] = shape
        shapes[name + ".bias"] = [shape[-1]]

    layer("conv1", [1, 4, 70, WIDTHS["conv1"]])
    layer("conv2", [1, 4, WIDTHS["conv1"], WIDTHS["conv2"]])
    layer("conv3", [1, 4, WIDTHS["conv2"], d])
    for name in ["rnn"] + (["rnn.update", "rnn.reset"] if gated else []):
        layer(name + ".input", [d, d])
        layer(name + ".hidden", [d, d])
    layer("embedding", [d, WIDTHS["embedding"]])
    return {name: tensor(shape, seed + 1).requires_grad_() for seed, (name, shape) in enumerate(shapes.items())}


def linear(p, name, x):
    return x @ p[name + ".weight"] + p[name + ".bias"]


def conv(p, name, x):
    weight = p[name + ".weight"][0].permute(2, 1, 0).contiguous()  # [out, in, k]
    return F.threshold(F.conv1d(x, weight, p[name + ".bias"]), 1e-6, 0)


def encode(p, x, pooled, gated):
    """x [B, 70, 201] -> [B, E]"""
    h = F.max_pool1d(conv(p, "conv1", x), 3, 3)
    h = F.max_pool1d(conv(p, "conv2", h), 3, 3)
    h = conv(p, "conv3", h)
    if pooled:
        h = F.max_pool1d(h, 3, 2)
    states = []
    for step in range(h.shape[2]):
        inputs = h[:, :, step]
        if not states:
            activation = torch.tanh if gated else torch.relu
            states.append(activation(linear(p, "rnn.input", inputs)))
            continue
        former = states[-1]
        if not gated:
            states.append(torch.relu(linear(p, "rnn.input", inputs) + linear(p, "rnn.hidden", former)))
            continue
        gate = lambda name: torch.sigmoid(linear(p, name + ".input", inputs) + linear(p, name + ".hidden", former))
        update, reset = gate("rnn.update"), gate("rnn.reset")
        candidate = torch.tanh(linear(p, "rnn.input", inputs) + linear(p, "rnn.hidden", reset * former))
        states.append(update * candidate + (1 - update) * former)
    return linear(p, "embedding", torch.stack(states).mean(0)), len(states)


def one_way(answers, queries):
    """JointEmbeddingLoss(fea_txt, fea_img) of the Torch code, as its loops have it."""
    rows, loss = queries.shape[0], 0
    for i in range(rows):
        own = queries[i] @ answers[i]
        for j in range(rows):
            if j != i:
                loss = loss + torch.clamp(queries[i] @ answers[j] - own + 1, min=0)
    return loss / rows**2


def joint(images, texts):
    return one_way(texts, images) + one_way(images, texts)


def image_parameters():
    width = WIDTHS["image"]
    shapes = {}
    for depth, name in enumerate(["down32", "down16", "down8", "down4"]):
        out = width * 2**depth
        shapes[name + ".weight"] = [4, 4, 3 if depth == 0 else out // 2, out]
        shapes[name + ".norm.gain"] = [out]
        shapes[name + ".norm.offset"] = [out]
    shapes["embedding.weight"] = [8 * width, WIDTHS["embedding"]]
    shapes["embedding.norm.gain"] = [WIDTHS["embedding"]]
    shapes["embedding.norm.offset"] = [WIDTHS["embedding"]]
    return {name: tensor(shape, seed + 101).requires_grad_() for seed, (name, shape) in enumerate(shapes.items())}


def encode_image(p, x):
    """x [B, 64, 64, 3] -> [B, E], with the batch's statistics."""
    h = x.permute(0, 3, 1, 2)
    for name in ["down32", "down16", "down8", "down4"]:
        h = F.conv2d(h, p[name + ".weight"].permute(3, 2, 0, 1).contiguous(), stride=2, padding=1)
        h = F.batch_norm(h, None, None, p[name + ".norm.gain"], p[name + ".norm.offset"], training=True, eps=1e-5)
        h = F.leaky_relu(h, 0.2)
    h = h.mean((2, 3)) @ p["embedding.weight"]
    h = F.batch_norm(h, None, None, p["embedding.norm.gain"], p["embedding.norm.offset"], training=True, eps=1e-5)
    return h * 4 / WIDTHS["embedding"] ** 0.5


def flat(value):
    return [float(f"{number:.7g}") for number in value.detach().flatten().tolist()]


def flats(values):
    return {name: flat(value) for name, value in values.items()}


def gradients(p):
    return flats({name: value.grad for name, value in p.items()})


def variant(name, pooled, gated):
    texts = torch.stack([one_hot(text) for text in TEXTS]).permute(0, 2, 1)
    images = (8 * tensor([len(TEXTS), WIDTHS["embedding"]], 50)).requires_grad_()
    p = parameters(gated)
    embeddings, steps = encode(p, texts, pooled, gated)
    loss = joint(images, embeddings)
    loss.backward()
    result = {
        "variant": name,
        "steps": steps,
        "embeddings": flat(embeddings),
        "loss": loss.item(),
        "gradients": gradients(p),
        "imageGradient": flat(images.grad),
    }
    optimizer = torch.optim.RMSprop(p.values(), lr=RATE)  # alpha 0.99, eps 1e-8: Torch's
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = joint(images.detach(), encode(p, texts, pooled, gated)[0])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return result | {"losses": losses, "trained": flats(p)}


def image_side():
    p = image_parameters()
    pictures = 2 * tensor([3, 64, 64, 3], 60)
    embeddings = encode_image(p, pictures)
    weights = tensor([3, WIDTHS["embedding"]], 61)
    (embeddings * weights).sum().backward()
    return {"embeddings": flat(embeddings), "gradients": gradients(p)}


def pair_loss():
    first, second = (2 * tensor([5, 4], 70)).requires_grad_(), (2 * tensor([5, 4], 71)).requires_grad_()
    loss = one_way(first, second)
    loss.backward()
    return {"loss": loss.item(), "first": flat(first.grad), "second": flat(second.grad)}


def caption_training():
    """Three steps of Adam on pairs of captions, by the network of the birds and COCO."""
    first, second = (torch.stack([one_hot(text) for text in texts]).permute(0, 2, 1) for texts in (TEXTS, OTHER_TEXTS))
    # Wider, so that captions differ: the gradients of nearly equal vectors are rounding, which Adam would scale up.
    p = {name: (ADAM["factor"] * value.detach()).requires_grad_() for name, value in parameters(True).items()}
    optimizer = torch.optim.Adam(p.values(), lr=ADAM["rate"], betas=(ADAM["beta1"], 0.999))
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = one_way(encode(p, first, False, True)[0], encode(p, second, False, True)[0])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "trained": flats(p)}


print(
    json.dumps(
        {
            "widths": WIDTHS,
            "texts": TEXTS,
            "rate": RATE,
            "characters": [int(row.argmax()) for row in one_hot(TEXTS[2])],
            "variants": [
                variant("cvpr", True, False),
                variant("icml-flowers", True, False),
                variant("icml-birds", False, True),
            ],
            "image": image_side(),
            "pairs": pair_loss(),
            "otherTexts": OTHER_TEXTS,
            "adam": ADAM,
            "captions": caption_training(),
        },
        separators=(",", ":"),
    )
)
