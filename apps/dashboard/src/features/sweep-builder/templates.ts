/** Definitions to start from; the first is the one that a new sweep opens with. */
export interface Template {
  readonly name: string;
  readonly about: string;
  readonly source: string;
}

const learningRates = `name: learning-rates
method: random
metric:
  name: eval/r_precision
  goal: maximize
run_cap: 8
parameters:
  preset:
    value: cpu-small
  steps:
    value: 2000
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.001
  batch_size:
    values: [16, 32]
early_terminate:
  type: median
  n_startup_trials: 3
  n_warmup_steps: 500
`;

const ablation = `name: matching-aware-ablation
description: What the matching-aware loss and caption interpolation add, as in the paper's comparison.
method: grid
metric:
  name: eval/r_precision
  goal: maximize
parameters:
  preset:
    value: cpu-small
  cls_weight:
    values: [0.0, 0.5]
  interpolation:
    values: ["off", half]
  seed:
    values: [1, 2]
`;

const paper = `name: paper-widths
description: The released architecture at its full width. It wants a GPU.
method: random
metric:
  name: eval/r_precision
  goal: maximize
run_cap: 20
parameters:
  preset:
    value: paper
  learning_rate_g:
    distribution: log_uniform_values
    min: 0.00005
    max: 0.001
  learning_rate_d:
    distribution: log_uniform_values
    min: 0.00005
    max: 0.001
  cls_weight:
    min: 0.2
    max: 0.8
early_terminate:
  type: median
  n_startup_trials: 5
  n_warmup_steps: 10000
`;

const halving = `name: halving
description: Many short runs, few long ones. A run goes on to the next rung when it is among the best third there.
method: tpe
metric:
  name: eval/r_precision
  goal: maximize
run_cap: 40
parameters:
  preset:
    value: cpu-small
  steps:
    value: 2700
  eval_every:
    value: 100
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.005
  cls_weight:
    min: 0.2
    max: 0.8
  batch_size:
    values: [16, 32, 64]
early_terminate:
  type: asha
  max_t: 2700
  grace_period: 100
  reduction_factor: 3
`;

const front = `name: precise-and-diverse
description: What is gained in precision is often lost in diversity. This looks for the runs that trade best.
method: nsga2
metrics:
  - name: eval/r_precision
    goal: maximize
  - name: eval/diversity
    goal: maximize
run_cap: 60
budget:
  hours: 12
parameters:
  preset:
    value: cpu-small
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.005
  cls_weight:
    min: 0.0
    max: 1.0
`;

const population = `name: population
description: Eight trainings side by side. Every 250 steps the worst go on from the weights of the best, with other rates.
method: pbt
metric:
  name: eval/r_precision
  goal: maximize
pbt:
  population: 8
  interval: 250
parameters:
  preset:
    value: cpu-small
  steps:
    value: 2000
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.005
`;

const smoke = `name: smoke
description: Four runs of a few seconds each, to see that everything works.
method: grid
metric:
  name: g/loss
  goal: minimize
parameters:
  preset:
    value: cpu-tiny
  generator_width:
    values: [4, 8]
  learning_rate:
    values: [0.0002, 0.001]
`;

const textEncoder = `name: texts
description: What a caption means, learnt from the pictures that it describes. A GAN names the best of these runs.
trainer: text-encoder
method: random
metric:
  name: eval/zero_shot_accuracy
  goal: maximize
run_cap: 4
parameters:
  preset:
    value: cpu-small
  learning_rate:
    distribution: log_uniform_values
    min: 0.0002
    max: 0.002
`;

const styleEncoder = `name: styles
description: The style of pictures, learnt from one trained generator. Put the name of a GAN's run for sweep/run.
trainer: style-encoder
method: random
metric:
  name: eval/noise_error
  goal: minimize
run_cap: 4
parameters:
  generator_checkpoint:
    value: sweep/run
  preset:
    value: cpu-small
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.001
`;

export const templates: readonly Template[] = [
  { name: 'Learning rates', about: 'eight short runs on a processor', source: learningRates },
  { name: 'Ablation', about: 'a grid over the loss and interpolation', source: ablation },
  { name: 'Halving', about: 'TPE with ASHA: many short runs, few long ones', source: halving },
  { name: 'Front', about: 'two metrics at once, by NSGA-II', source: front },
  { name: 'Population', about: 'PBT: the worst go on from the best', source: population },
  { name: 'Paper', about: 'full width, for a GPU', source: paper },
  { name: 'Text encoder', about: 'captions to vectors, for a GAN to name', source: textEncoder },
  { name: 'Style encoder', about: 'the style of pictures, from a trained generator', source: styleEncoder },
  { name: 'Smoke test', about: 'a few seconds each', source: smoke },
];

/** What a new sweep opens with. */
export const firstTemplate: Template = templates[0] ?? { name: '', about: '', source: '' };
