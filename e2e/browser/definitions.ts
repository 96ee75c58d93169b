/** Sweeps for the tests: the smallest network there is, trained for real. */

/** Two runs of some seconds each. */
export const tinySweep = `name: tiny
method: grid
metric:
  name: g/loss
  goal: minimize
parameters:
  preset:
    value: cpu-tiny
  generator_width:
    values: [4, 8]
`;

/** A style encoder of some seconds for the checkpoint `generator`. */
export const styleSweep = (generator: string): string => `name: studio styles
trainer: style-encoder
method: grid
parameters:
  preset:
    value: cpu-tiny
  generator_checkpoint:
    value: ${generator}
`;

/** More runs than any test waits for. */
export const endlessSweep = `name: endless
method: random
metric:
  name: g/loss
  goal: minimize
run_cap: 1000
parameters:
  preset:
    value: cpu-tiny
  steps:
    value: 400
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.01
`;

/** One run that lasts longer than any test. */
export const longSweep = `name: long
method: grid
metric:
  name: g/loss
  goal: minimize
parameters:
  preset:
    value: cpu-tiny
  steps:
    value: 200000
`;

/** Asks for more than any box has. */
export const greedySweep = `name: greedy
method: grid
metric:
  name: g/loss
  goal: minimize
requires:
  memory_mb: 8000000
parameters:
  preset:
    value: cpu-tiny
`;

/** Short runs that climb the rungs of a stopping rule. */
export const halvingSweep = `name: halving
method: random
metric:
  name: g/loss
  goal: minimize
run_cap: 5
parameters:
  preset:
    value: cpu-tiny
  steps:
    value: 12
  log_every:
    value: 1
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.01
  generator_width:
    values: [4, 8]
early_terminate:
  type: asha
  max_t: 12
  grace_period: 2
  reduction_factor: 2
`;
