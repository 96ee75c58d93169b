"""Plumage's generator and discriminator in PyTorch, and its checkpoints in both directions (docs/checkpoints.md).

    import plumage_torch
    checkpoint = plumage_torch.load_checkpoint("step-0000005000")
    pictures = checkpoint.draw(noise, text)             # [B, 3, 64, 64] in [-1, 1], by the averaged generator
    plumage_torch.save_weights("weights.safetensors", checkpoint)

Needs torch and numpy, nothing else. Everything here is NCHW as PyTorch has it; files hold what Plumage computes with
(NHWC; kernels [height, width, in, out], those of transposed convolutions [height, width, out, in]), and to_torch and
from_torch turn one into the other. The layers are those of Reed et al. 2016, section 4.1, and of the authors'
released main_cls.lua and main_cls_int.lua; modules have the names that checkpoints use.
"""

import dataclasses
import json
import pathlib

import numpy
import torch
from torch import nn
from torch.nn import functional as F

# --- layers ---------------------------------------------------------------------------------------------------


class Spectral:
    """Divides a layer's weight by its largest singular value, which the kept vector `u` estimates (Miyato et al. 2018)."""

    u: torch.Tensor | None

    def keep_u(self, outputs: int, spectral: bool) -> None:
        self.register_buffer("u", F.normalize(torch.randn(outputs), dim=0) if spectral else None)

    def iterate(self) -> None:
        """One power iteration: once a training step of the discriminator."""
        if self.u is not None:
            with torch.no_grad():
                matrix = self.weight.reshape(len(self.weight), -1)
                self.u = F.normalize(matrix @ F.normalize(matrix.T @ self.u, dim=0, eps=1e-12), dim=0, eps=1e-12)

    def divided(self) -> torch.Tensor:
        if self.u is None:
            return self.weight
        matrix = self.weight.reshape(len(self.weight), -1)
        with torch.no_grad():
            v = F.normalize(matrix.T @ self.u, dim=0, eps=1e-12)
        return self.weight / torch.dot(self.u, matrix @ v)


class Conv(nn.Conv2d, Spectral):
    """A convolution without bias, then batch normalisation where there is one."""

    def __init__(self, inputs, outputs, size, stride=1, padding=0, norm=True, spectral=False):
        super().__init__(inputs, outputs, size, stride, padding, bias=False)
        self.norm = nn.BatchNorm2d(outputs) if norm else nn.Identity()
        self.keep_u(outputs, spectral)

    def forward(self, x):
        return self.norm(F.conv2d(x, self.divided(), None, self.stride, self.padding))


class Up(nn.ConvTranspose2d):
    """A transposed 4 x 4 convolution without bias, then batch normalisation where there is one."""

    def __init__(self, inputs, outputs, stride=2, padding=1, norm=True):
        super().__init__(inputs, outputs, 4, stride, padding, bias=False)
        self.norm = nn.BatchNorm2d(outputs) if norm else nn.Identity()

    def forward(self, x):
        return self.norm(super().forward(x))


class Dense(nn.Linear, Spectral):
    """The projection of the text: with batch normalisation in the discriminator, and in the plain generator."""

    def __init__(self, inputs, outputs, norm, spectral=False):
        super().__init__(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs) if norm else nn.Identity()
        self.keep_u(outputs, spectral)

    def forward(self, x):
        return self.norm(F.linear(x, self.divided(), self.bias))


class Bottleneck(nn.Module):
    """x + expand(middle(reduce(x))), activated; `slope` 0 is ReLU."""

    def __init__(self, outer, inner, slope, spectral=False):
        super().__init__()
        self.reduce = Conv(outer, inner, 1, spectral=spectral)
        self.middle = Conv(inner, inner, 3, padding=1, spectral=spectral)
        self.expand = Conv(inner, outer, 3, padding=1, spectral=spectral)
        self.slope = slope

    def forward(self, x):
        h = F.leaky_relu(self.reduce(x), self.slope)
        h = F.leaky_relu(self.middle(h), self.slope)
        return F.leaky_relu(x + self.expand(h), self.slope)


# --- networks -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Config:
    """The shape of both networks; the defaults are the paper's."""

    text_dim: int = 1024
    projection_dim: int = 128
    noise_dim: int = 100
    generator_width: int = 128
    discriminator_width: int = 64
    variant: str = "released"  # or "plain"
    activation_quirk: str = "main_cls_int"  # or "main_cls"
    spectral_norm: bool = False

    @staticmethod
    def of(state_config: dict, text_dim: int) -> "Config":
        """From the `config` of a checkpoint's state.json, and the length of its text/mean."""
        known = {field.name for field in dataclasses.fields(Config)} & state_config.keys()
        return Config(text_dim=text_dim, **{key: state_config[key] for key in known})


class Generator(nn.Module):
    """noise [B, Z] and text [B, T] -> pictures [B, 3, 64, 64] in [-1, 1]."""

    def __init__(self, config: Config):
        super().__init__()
        n, plain = config.generator_width, config.variant == "plain"
        self.plain = plain
        self.text = Dense(config.text_dim, config.projection_dim, norm=plain)
        self.stem = Up(config.noise_dim + config.projection_dim, 8 * n, stride=1, padding=0)
        self.block4 = None if plain else Bottleneck(8 * n, 2 * n, 0)
        self.up8 = Up(8 * n, 4 * n)
        self.block8 = None if plain else Bottleneck(4 * n, n, 0)
        self.up16 = Up(4 * n, 2 * n)
        self.up32 = Up(2 * n, n)
        self.up64 = Up(n, 3, norm=False)

    def forward(self, noise, text):
        t = F.leaky_relu(self.text(text), 0.2)
        h = self.stem(torch.cat([noise, t], 1)[:, :, None, None])  # [B, 8n, 4, 4]
        h = F.relu(h) if self.plain else self.block4(h)
        h = self.up8(h)  # [B, 4n, 8, 8]
        h = F.relu(h) if self.plain else self.block8(h)
        h = F.relu(self.up16(h))  # [B, 2n, 16, 16]
        h = F.relu(self.up32(h))  # [B, n, 32, 32]
        return torch.tanh(self.up64(h))


class Discriminator(nn.Module):
    """pictures [B, 3, 64, 64] and text [B, T] -> logits [B]; above 0 means "real and matching"."""

    def __init__(self, config: Config):
        super().__init__()
        n, plain, spectral = config.discriminator_width, config.variant == "plain", config.spectral_norm
        both = 8 * n + config.projection_dim
        self.plain, self.quirk = plain, config.activation_quirk
        self.down32 = Conv(3, n, 4, 2, 1, norm=False, spectral=spectral)
        self.down16 = Conv(n, 2 * n, 4, 2, 1, spectral=spectral)
        self.down8 = Conv(2 * n, 4 * n, 4, 2, 1, spectral=spectral)
        self.down4 = Conv(4 * n, 8 * n, 4, 2, 1, spectral=spectral)
        self.block4 = None if plain else Bottleneck(8 * n, 2 * n, 0.2, spectral)
        self.text = Dense(config.text_dim, config.projection_dim, norm=True, spectral=spectral)
        self.join = None if plain else Conv(both, 8 * n, 1, spectral=spectral)
        self.score = Conv(both if plain else 8 * n, 1, 4, norm=False, spectral=spectral)

    def features(self, images):
        """What the text meets: [B, 8n, 4, 4]."""
        h = F.leaky_relu(self.down32(images), 0.2)  # [B, n, 32, 32]
        h = F.leaky_relu(self.down16(h), 0.2)  # [B, 2n, 16, 16]
        h = self.down8(h)  # [B, 4n, 8, 8]
        h = F.leaky_relu(h, 0.2) if self.plain or self.quirk == "main_cls" else h
        h = self.down4(h)  # [B, 8n, 4, 4]
        return F.leaky_relu(h, 0.2) if self.plain else self.block4(h)

    def forward(self, images, text):
        h = self.features(images)
        t = F.leaky_relu(self.text(text), 0.2)[:, :, None, None].expand(-1, -1, 4, 4)
        h = torch.cat([h, t], 1)  # [B, 8n + 128, 4, 4]
        h = h if self.plain else F.leaky_relu(self.join(h), 0.2)
        return self.score(h).reshape(-1)

    def iterate(self) -> None:
        for module in self.modules():
            if isinstance(module, Spectral):
                module.iterate()


# --- names and layouts ----------------------------------------------------------------------------------------

_NORM = {"gain": "weight", "offset": "bias", "mean": "running_mean", "variance": "running_var"}
_JOINED = ("join", "score")  # kernels that a file holds in two parts: of the picture's features and of the text


def to_torch(arrays: dict, network: nn.Module) -> dict:
    """A state_dict for `network` out of one network's arrays by Plumage's names."""
    state = {}
    for name, array in arrays.items():
        layer, part = name.rsplit(".", 1)
        value = torch.as_tensor(array)
        if layer.endswith(".norm"):
            state[f"{layer}.{_NORM[part]}"] = value
            state[f"{layer}.num_batches_tracked"] = torch.tensor(0)
        elif part != "weight" or layer.endswith(".text"):
            if not layer.endswith(".text"):
                state[name] = value
        elif layer.endswith(".features"):
            layer = layer.removesuffix(".features")
            text = torch.as_tensor(arrays[f"{layer}.text.weight"])
            text = text if text.dim() == 4 else text[None, None]  # [height, width, 128, out]
            state[f"{layer}.weight"] = torch.cat([value, text], 2).permute(3, 2, 0, 1)
        elif value.dim() == 2:
            state[name] = value.T
        elif layer == "stem":
            state[name] = value.permute(0, 3, 1, 2)  # [in, 4, 4, out]
        else:
            state[name] = value.permute(3, 2, 0, 1)  # [out, in, ...]; transposed: [in, out, ...]
    return {name: value.contiguous() for name, value in state.items()}


def from_torch(network: nn.Module) -> dict:
    """One network's arrays by Plumage's names, float32: the inverse of to_torch."""
    arrays = {}
    torch_norm = {theirs: ours for ours, theirs in _NORM.items()}
    for name, value in network.state_dict().items():
        layer, part = name.rsplit(".", 1)
        value = value.detach().cpu().float() if value.is_floating_point() else None
        if value is None:
            continue
        if layer.endswith(".norm"):
            arrays[f"{layer}.{torch_norm[part]}"] = value
        elif part != "weight":
            arrays[name] = value
        elif value.dim() == 2:
            arrays[name] = value.T
        elif layer == "stem":
            arrays[name] = value.permute(0, 2, 3, 1)
        elif layer in _JOINED and _text_inputs(network, layer) > 0:
            kernel, inputs = value.permute(2, 3, 1, 0), _text_inputs(network, layer)
            text = kernel[:, :, -inputs:]
            arrays[f"{layer}.features.weight"] = kernel[:, :, :-inputs]
            arrays[f"{layer}.text.weight"] = text[0, 0] if layer == "join" else text
        else:
            arrays[name] = value.permute(2, 3, 1, 0)
    return {name: numpy.ascontiguousarray(value.numpy()) for name, value in arrays.items()}


def _text_inputs(network: nn.Module, layer: str) -> int:
    """How many of a layer's inputs are text."""
    joined = isinstance(network, Discriminator) and layer == ("score" if network.plain else "join")
    return network.text.out_features if joined else 0


# --- files ----------------------------------------------------------------------------------------------------


def read_safetensors(path) -> dict:
    """Arrays by name. Float32 only, as Plumage writes them."""
    raw = pathlib.Path(path).read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header, body = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            if entry["dtype"] != "F32":
                raise ValueError(f"{path}: tensor {name} is {entry['dtype']}, expected F32")
            start, end = entry["data_offsets"]
            arrays[name] = numpy.frombuffer(body[start:end], "<f4").reshape(entry["shape"]).copy()
    return arrays


def write_safetensors(path, arrays: dict) -> None:
    header, body = {}, b""
    for name, array in arrays.items():
        raw = numpy.ascontiguousarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(len(text).to_bytes(8, "little") + text + body)


@dataclasses.dataclass
class Checkpoint:
    config: Config
    generator: Generator
    discriminator: Discriminator
    average: Generator  # the moving average of the generator: what pictures are drawn with
    text_mean: torch.Tensor  # [T]
    text_scale: float

    def standard_text(self, embeddings: torch.Tensor) -> torch.Tensor:
        """A text encoder's vectors [B, T] as the networks were trained on them."""
        return (embeddings - self.text_mean) * self.text_scale

    def draw(self, noise: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """noise [B, Z], standardised text [B, T] -> [B, 3, 64, 64], by running batch statistics."""
        with torch.no_grad():
            return self.average.eval()(noise, text)


def load_checkpoint(folder) -> Checkpoint:
    """Reads model.safetensors and state.json of a checkpoint's folder. Missing tensors raise, none is drawn."""
    folder = pathlib.Path(folder)
    arrays = read_safetensors(folder / "model.safetensors")
    state = json.loads((folder / "state.json").read_text())
    config = Config.of(state["config"], len(arrays["text/mean"]))
    networks = {
        "generator": Generator(config),
        "discriminator": Discriminator(config),
        "average": Generator(config),
    }
    for prefix, network in networks.items():
        own = {name.split("/", 1)[1]: array for name, array in arrays.items() if name.startswith(f"{prefix}/")}
        network.load_state_dict(to_torch(own, network))
    return Checkpoint(
        config, **networks, text_mean=torch.as_tensor(arrays["text/mean"]), text_scale=float(arrays["text/scale"][0])
    )


def save_weights(path, checkpoint: Checkpoint) -> None:
    """Writes all weights and running statistics under Plumage's names, for tools/import-weights.ts."""
    arrays = {
        "text/mean": checkpoint.text_mean.numpy(),
        "text/scale": numpy.array([checkpoint.text_scale], "<f4"),
    }
    for prefix in ("generator", "discriminator", "average"):
        for name, array in from_torch(getattr(checkpoint, prefix)).items():
            arrays[f"{prefix}/{name}"] = array
    write_safetensors(path, arrays)
