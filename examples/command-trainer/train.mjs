/**
 * Any program as a training run: a straight line is fitted to noisy points by gradient descent. Nothing but Node.
 * docs/command-trainer.md explains what it reads (environment) and writes (JSON lines on a pipe).
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32, deflateSync } from 'node:zlib';

// ---- what Plumage tells the program -------------------------------------------------------------------------------
const env = process.env;
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const config = {
  learning_rate: 0.05,
  steps: 200,
  step_ms: 20,
  ...(env.PLUMAGE_CONFIG && readJson(env.PLUMAGE_CONFIG)),
};
const folder = env.PLUMAGE_CHECKPOINT_DIR ?? '.';
const pipe = env.PLUMAGE_PIPE === undefined ? undefined : Number(env.PLUMAGE_PIPE);

/** Says one thing to Plumage; without Plumage it is printed, so that the program also runs by itself. */
function report(line) {
  if (pipe === undefined) console.log(JSON.stringify(line));
  else writeSync(pipe, `${JSON.stringify(line)}\n`);
}

// ---- a mistake in the configuration is not worth a second try: exit code 64 ---------------------------------------
if (!(config.learning_rate > 0)) {
  console.error(`learning_rate is ${config.learning_rate}; expected more than 0`);
  process.exit(64);
}

// ---- state: fresh, or from the checkpoint whose files lie in the folder -------------------------------------------
const stateFile = (step) => join(folder, `state-${step}.json`);
const resumeStep = env.PLUMAGE_RESUME_STEP;
const state = resumeStep === undefined ? { step: 0, slope: 0, offset: 0 } : readJson(stateFile(resumeStep));

let stopping = false;
process.on('SIGTERM', () => {
  stopping = true; // pruned, paused, cancelled or pre-empted: save and end
});

const points = Array.from({ length: 64 }, (_, i) => {
  const x = i / 32 - 1;
  return { x, y: 0.7 * x - 0.2 + 0.1 * Math.sin(57 * i) };
});

function train() {
  let [loss, slope, offset] = [0, 0, 0];
  for (const { x, y } of points) {
    const error = state.slope * x + state.offset - y;
    loss += (error * error) / points.length;
    slope += (2 * error * x) / points.length;
    offset += (2 * error) / points.length;
  }
  state.slope -= config.learning_rate * slope;
  state.offset -= config.learning_rate * offset;
  state.step += 1;
  return loss;
}

/** Each checkpoint has names of its own: its files are taken away a moment after they were reported. */
function saveCheckpoint() {
  const file = stateFile(state.step);
  writeFileSync(file, JSON.stringify(state));
  report({ step: state.step, checkpoint: { files: [file] } });
}

function savePicture() {
  const file = join(folder, `fit-${state.step}.png`);
  writeFileSync(file, picture());
  report({ step: state.step, image: file, prompt: 'points and the fitted line', seed: 0 });
}

/** 64 x 64 pixels, grey: the points dark, the line darker. */
function picture() {
  const size = 64;
  const rows = Array.from({ length: size }, () => Buffer.alloc(size + 1, 255).fill(0, 0, 1)); // a filter byte a row
  const row = (y) => Math.min(size - 1, Math.max(0, Math.round((1 - y) * (size / 2))));
  points.forEach(({ x, y }, column) => {
    rows[row(y)][column + 1] = 150;
    rows[row(state.slope * x + state.offset)][column + 1] = 0;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 8; // bits a sample; colour type 0 is grey
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), body.length + 4);
    return frame;
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// ---- the loop -----------------------------------------------------------------------------------------------------
console.log(`training from step ${state.step} to ${config.steps} with`, process.argv.slice(2).join(' '));
report({ total_steps: config.steps });
while (state.step < config.steps && !stopping) {
  const loss = train();
  report({ step: state.step, metrics: { loss, slope: state.slope, offset: state.offset } });
  if (state.step % 50 === 0) {
    savePicture();
    saveCheckpoint();
  }
  await sleep(config.step_ms);
}
if (state.step % 50 !== 0) saveCheckpoint();
