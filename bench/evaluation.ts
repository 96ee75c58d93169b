/**
 * What an evaluation costs beside training, at a preset's own interval, on the dataset that the preset names: seconds
 * of one evaluation against seconds of the `eval_every` steps between two. `--joint` measures with a joint embedding
 * too, of a text encoder of the preset's shape after one step: its figures mean nothing, it costs what a trained one does.
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backendNames, type BackendName, selectBackend } from '@plumage/compute';
import { hyperparameters, type PresetName, presetNames, textEncoderHyperparameters } from '@plumage/contract';
import {
  type Checkpoint,
  type JointEncoder,
  jointEncoderOf,
  openTrainingData,
  type TrainDependencies,
  train,
  trainTextEncoder,
} from '@plumage/training';

export const usage =
  'evaluation [--preset cpu-small] [--steps 20] [--joint] [--backend wasm] [--cache FOLDER]: seconds of an evaluation against ' +
  'seconds of the steps between two';

type Edges = Pick<TrainDependencies, 'reporter' | 'checkpoints' | 'signal' | 'now' | 'command'>;

/** A run's surroundings that keep nothing but the last checkpoint. */
function edges(kept: Checkpoint[]): Edges {
  return {
    reporter: { metrics: nothing, sample: nothing, checkpoint: nothing, message: nothing },
    checkpoints: {
      async write(checkpoint) {
        kept.push(checkpoint);
        return { step: checkpoint.state.step, folder: '', files: [] };
      },
    },
    signal: new AbortController().signal,
    now: () => performance.now(),
    command: () => 'continue',
  };
}

const nothing = () => undefined;

async function untrainedJoint(
  preset: PresetName,
  dataset: TrainDependencies['dataset'],
): Promise<JointEncoder> {
  const kept: Checkpoint[] = [];
  const config = textEncoderHyperparameters.parse({ preset, steps: 1, eval_every: 0, checkpoint_every: 0 });
  await trainTextEncoder(config, { dataset, ...edges(kept) });
  return jointEncoderOf(kept.at(-1) as Checkpoint, 'bench');
}

/** Times of what a run reports: points of steps, then one evaluation at the end. */
export async function run(args: string[], note: (line: string) => void) {
  const { values } = parseArgs({
    args,
    options: {
      preset: { type: 'string', default: 'cpu-small' },
      steps: { type: 'string', default: '20' },
      joint: { type: 'boolean', default: false },
      backend: { type: 'string', default: 'wasm' },
      cache: { type: 'string', default: path.join(tmpdir(), 'plumage-bench-cache') },
    },
  });
  const preset = presetNames.find((name) => name === values.preset);
  const backend = backendNames.find((name) => name === values.backend);
  const steps = Number(values.steps);
  if (!preset || !backend || !Number.isInteger(steps) || steps < 4) throw new RangeError(usage);
  const { device } = await selectBackend(backend satisfies BackendName);
  const asked = { preset, steps, sample_every: 0, checkpoint_every: 0 };
  const interval = hyperparameters.parse({ preset }).eval_every || 250;
  const config = hyperparameters.parse({ ...asked, log_every: 1, eval_every: steps });
  const data = await openTrainingData(config, { cacheDir: values.cache });
  const evaluationEncoder = values.joint ? await untrainedJoint(preset, data.dataset) : undefined;
  const stepMs: number[] = [];
  const stepCpu: number[] = [];
  let preparedAt = 0;
  let lastPointAt = 0;
  let evaluation = { seconds: 0, cpuSeconds: 0 };
  let cpu = process.cpuUsage();
  const started = performance.now();
  await train(config, {
    ...data,
    ...edges([]),
    evaluationEncoder,
    reporter: {
      metrics(_, point) {
        const spent = process.cpuUsage(cpu);
        const cpuSeconds = (spent.user + spent.system) / 1e6;
        if (point['step_ms'] === undefined) {
          evaluation = { seconds: (performance.now() - lastPointAt) / 1000, cpuSeconds };
        } else {
          stepMs.push(point['step_ms']);
          stepCpu.push(cpuSeconds);
        }
        lastPointAt = performance.now();
        cpu = process.cpuUsage();
      },
      sample: () => undefined,
      checkpoint: () => undefined,
      message(_, text) {
        preparedAt = performance.now();
        note(text);
      },
    },
  });
  // The first steps compile.
  const median = (of: number[]) =>
    of.slice(2).sort((a, b) => a - b)[Math.floor((of.length - 2) / 2)] ?? Number.NaN;
  const secondsPerStep = median(stepMs) / 1000;
  const cpuSecondsPerStep = median(stepCpu);
  return {
    preset,
    joint: values.joint,
    device,
    preparationSeconds: rounded((preparedAt - started) / 1000),
    evaluationSeconds: rounded(evaluation.seconds),
    evaluationCpuSeconds: rounded(evaluation.cpuSeconds),
    secondsPerStep: rounded(secondsPerStep),
    cpuSecondsPerStep: rounded(cpuSecondsPerStep),
    evalEvery: interval,
    shareOfTraining: rounded(evaluation.seconds / (interval * secondsPerStep)),
    shareOfCpu: rounded(evaluation.cpuSeconds / (interval * cpuSecondsPerStep)),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(3));
