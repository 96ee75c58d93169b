export { createRng, restoreRng, type Rng, type RngState } from './rng.ts';
export { assignmentKey, type Assignment, type Scalar } from './assignment.ts';
export { errorCodePolicies, errorCodes, type ErrorCode, type ErrorCodePolicy } from './error-code.ts';
export { failureClasses, failurePolicies, type FailureClass, type FailurePolicy } from './failure-class.ts';
export { heartbeatCommands, type HeartbeatCommand } from './heartbeat-command.ts';
export { runName } from './run-name.ts';
export {
  canMoveRun,
  canMoveSweep,
  isTerminalRun,
  isTerminalSweep,
  runStates,
  runTransitions,
  sweepStates,
  sweepTransitions,
  type RunState,
  type SweepState,
} from './run-state.ts';
export {
  hyperparameterFields,
  hyperparameters,
  type Hyperparameters,
  type PresetName,
  presetNames,
  presets,
  quickstartPrompts,
} from './hyperparameters.ts';
