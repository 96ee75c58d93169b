"""Any program as a training run: a straight line is fitted to noisy points by gradient descent. Python 3.8, standard
library only. docs/command-trainer.md explains what it reads (environment) and writes (JSON lines on a pipe)."""

import json
import math
import os
import signal
import struct
import sys
import time
import zlib

# ---- what Plumage tells the program ---------------------------------------------------------------------------------
config = {"learning_rate": 0.05, "steps": 200, "step_ms": 20}
if "PLUMAGE_CONFIG" in os.environ:
    with open(os.environ["PLUMAGE_CONFIG"]) as file:
        config.update(json.load(file))
folder = os.environ.get("PLUMAGE_CHECKPOINT_DIR", ".")
# Without Plumage the lines are printed, so that the program also runs by itself.
pipe = os.fdopen(int(os.environ["PLUMAGE_PIPE"]), "w") if "PLUMAGE_PIPE" in os.environ else sys.stdout


def report(**line):
    print(json.dumps(line), file=pipe, flush=True)


# ---- a mistake in the configuration is not worth a second try: exit code 64 -----------------------------------------
if not config["learning_rate"] > 0:
    print(f"learning_rate is {config['learning_rate']}; expected more than 0", file=sys.stderr)
    sys.exit(64)

# ---- state: fresh, or from the checkpoint whose files lie in the folder ---------------------------------------------
def state_file(step):
    return os.path.join(folder, f"state-{step}.json")


state = {"step": 0, "slope": 0.0, "offset": 0.0}
if "PLUMAGE_RESUME_STEP" in os.environ:
    with open(state_file(os.environ["PLUMAGE_RESUME_STEP"])) as file:
        state = json.load(file)

stopping = False


def stop(_signal, _frame):
    """Pruned, paused, cancelled or pre-empted: save and end."""
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)

points = [(i / 32 - 1, 0.7 * (i / 32 - 1) - 0.2 + 0.1 * math.sin(57 * i)) for i in range(64)]


def train():
    loss = slope = offset = 0.0
    for x, y in points:
        error = state["slope"] * x + state["offset"] - y
        loss += error * error / len(points)
        slope += 2 * error * x / len(points)
        offset += 2 * error / len(points)
    state["slope"] -= config["learning_rate"] * slope
    state["offset"] -= config["learning_rate"] * offset
    state["step"] += 1
    return loss


def save_checkpoint():
    """Each checkpoint has names of its own: its files are taken away a moment after they were reported."""
    path = state_file(state["step"])
    with open(path, "w") as file:
        json.dump(state, file)
    report(step=state["step"], checkpoint={"files": [path]})


def picture():
    """64 x 64 pixels, grey: the points dark, the line darker."""
    size = 64
    rows = [bytearray([0]) + bytearray([255] * size) for _ in range(size)]  # a filter byte a row

    def row(y):
        return min(size - 1, max(0, round((1 - y) * size / 2)))

    for column, (x, y) in enumerate(points):
        rows[row(y)][column + 1] = 150
        rows[row(state["slope"] * x + state["offset"])][column + 1] = 0

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(bytes(line) for line in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def save_picture():
    path = os.path.join(folder, f"fit-{state['step']}.png")
    with open(path, "wb") as file:
        file.write(picture())
    report(step=state["step"], image=path, prompt="points and the fitted line", seed=0)


# ---- the loop -------------------------------------------------------------------------------------------------------
print(f"training from step {state['step']} to {config['steps']} with", *sys.argv[1:])
report(total_steps=config["steps"])
while state["step"] < config["steps"] and not stopping:
    loss = train()
    report(step=state["step"], metrics={"loss": loss, "slope": state["slope"], "offset": state["offset"]})
    if state["step"] % 50 == 0:
        save_picture()
        save_checkpoint()
    time.sleep(config["step_ms"] / 1000)
if state["step"] % 50 != 0:
    save_checkpoint()
