"""
The training step of bench/train-step in PyTorch, for a comparison on the same cores: the same two networks
(libs/model/src/generator.ts and discriminator.ts), three discriminator passes, Adam, the averaged generator.
Prints one JSON line. Run by bench/train-step/torch.peer.ts.
"""

import argparse
import json
import resource
import time

import torch
from torch import nn
from torch.nn import functional as F

TEXT, PROJECTION, NOISE = 1024, 128, 100


class Block(nn.Module):
    """Residual bottleneck: 1x1, 3x3, 3x3, each with batch norm."""

    def __init__(self, outer, inner, slope):
        super().__init__()
        self.reduce = nn.Conv2d(outer, inner, 1, bias=False)
        self.middle = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
        self.expand = nn.Conv2d(inner, outer, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(inner), nn.BatchNorm2d(inner), nn.BatchNorm2d(outer)])
        self.slope = slope

    def forward(self, x):
        h = F.leaky_relu(self.norms[0](self.reduce(x)), self.slope)
        h = F.leaky_relu(self.norms[1](self.middle(h)), self.slope)
        return F.leaky_relu(x + self.norms[2](self.expand(h)), self.slope)


class Generator(nn.Module):
    def __init__(self, n, plain):
        super().__init__()
        self.plain = plain
        self.text = nn.Linear(TEXT, PROJECTION)
        self.text_norm = nn.BatchNorm1d(PROJECTION) if plain else nn.Identity()
        self.stem = nn.ConvTranspose2d(NOISE + PROJECTION, 8 * n, 4, bias=False)
        widths = [8 * n, 4 * n, 2 * n, n, 3]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in zip(widths, widths[1:])
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[:-1])
        self.block4 = nn.Identity() if plain else Block(8 * n, 2 * n, 0.0)
        self.block8 = nn.Identity() if plain else Block(4 * n, n, 0.0)

    def forward(self, noise, text):
        t = F.leaky_relu(self.text_norm(self.text(text)), 0.2)
        first = F.relu if self.plain else (lambda x: x)
        h = self.stem(torch.cat([noise, t], 1)[:, :, None, None])
        h = self.block4(first(self.norms[0](h)))
        h = self.block8(first(self.norms[1](self.up[0](h))))
        h = F.relu(self.norms[2](self.up[1](h)))
        h = F.relu(self.norms[3](self.up[2](h)))
        return torch.tanh(self.up[3](h))


class Discriminator(nn.Module):
    def __init__(self, n, plain):
        super().__init__()
        self.plain = plain
        widths = [3, n, 2 * n, 4 * n, 8 * n]
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1, bias=False) for a, b in zip(widths, widths[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[2:])
        self.block = nn.Identity() if plain else Block(8 * n, 2 * n, 0.2)
        self.text = nn.Linear(TEXT, PROJECTION)
        self.text_norm = nn.BatchNorm1d(PROJECTION)
        if not plain:
            self.join = nn.Conv2d(8 * n + PROJECTION, 8 * n, 1, bias=False)
            self.join_norm = nn.BatchNorm2d(8 * n)
        self.score = nn.Conv2d(8 * n + (PROJECTION if plain else 0), 1, 4, bias=False)

    def project(self, text):
        return F.leaky_relu(self.text_norm(self.text(text)), 0.2)

    def forward(self, images, projected):
        h = F.leaky_relu(self.down[0](images), 0.2)
        for index in range(3):
            h = self.norms[index](self.down[index + 1](h))
            # main_cls_int has no activation behind the last two.
            if self.plain or index == 0:
                h = F.leaky_relu(h, 0.2)
        h = self.block(h)
        h = torch.cat([h, projected[:, :, None, None].expand(-1, -1, 4, 4)], 1)
        if not self.plain:
            h = F.leaky_relu(self.join_norm(self.join(h)), 0.2)
        return self.score(h).flatten()


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def main():
    parser = argparse.ArgumentParser()
    for name in ('width', 'batch', 'steps', 'threads'):
        parser.add_argument(f'--{name}', type=int, required=True)
    parser.add_argument('--variant', choices=['released', 'plain'], required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    plain = args.variant == 'plain'
    generator, discriminator = Generator(args.width, plain), Discriminator(args.width, plain)
    average = [p.detach().clone() for p in generator.parameters()]
    g_adam = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    d_adam = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    images, wrong = (torch.rand(args.batch, 3, 64, 64) * 2 - 1 for _ in range(2))
    text = torch.randn(args.batch, TEXT)

    def step():
        with torch.no_grad():
            fakes = generator(torch.randn(args.batch, NOISE), text)
        projected = discriminator.project(text)
        real, mismatched, fake = (discriminator(x, projected) for x in (images, wrong, fakes))
        loss = bce(real, 1.0) + 0.5 * bce(mismatched, 0.0) + 0.5 * bce(fake, 0.0)
        d_adam.zero_grad()
        loss.backward()
        d_adam.step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        fakes = generator(torch.randn(args.batch, NOISE), text)
        g_loss = bce(discriminator(fakes, discriminator.project(text)), 1.0)
        g_adam.zero_grad()
        g_loss.backward()
        g_adam.step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        with torch.no_grad():
            for mean, parameter in zip(average, generator.parameters()):
                mean.lerp_(parameter, 0.001)
        return loss.item() + g_loss.item()

    for _ in range(2):
        step()
    seconds = []
    cpu = time.process_time()
    for _ in range(args.steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    cpu = (time.process_time() - cpu) / args.steps
    seconds.sort()
    print(
        json.dumps(
            {
                'version': torch.__version__,
                'secondsPerStep': seconds[len(seconds) // 2],
                'fastestSecondsPerStep': seconds[0],
                'cpuSecondsPerStep': cpu,
                'peakMb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
