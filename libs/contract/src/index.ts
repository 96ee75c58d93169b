export { createRng, restoreRng, type Rng, type RngState } from './rng.ts';
export { assignmentKey, type Assignment, type ParameterValue, type Scalar } from './assignment.ts';
export { errorCodePolicies, errorCodes, type ErrorCode, type ErrorCodePolicy } from './error-code.ts';
export { failureClasses, failurePolicies, type FailureClass, type FailurePolicy } from './failure-class.ts';
export { heartbeatCommands, type HeartbeatCommand } from './heartbeat-command.ts';
export {
  describePlacement,
  missingFrom,
  type Placement,
  placementFits,
  type SlotFacts,
} from './placement.ts';
export {
  MAX_RENDER_PICTURES,
  MAX_STYLE_BYTES,
  NO_STYLE_ENCODER,
  type ParsedRenderRequest,
  parseRenderRequest,
  type PlannedPicture,
  plannedPictures,
  renderColumns,
  type RenderKind,
  renderKinds,
  type RenderProblem,
  renderRequest,
  type RenderRequest,
} from './render-request.ts';
export {
  canMoveRender,
  isTerminalRender,
  MAX_RENDER_TRIES,
  type RenderState,
  renderStates,
  renderTransitions,
} from './render-state.ts';
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
  type CheckpointKey,
  checkpointKeys,
  type CheckpointReference,
  expectedReference,
  isCheckpointKey,
  parseCheckpointReference,
  printCheckpointReference,
  referencesIn,
} from './hyperparameters/checkpoint-reference.ts';
export { type DatasetName, type DatasetSettings, datasetNames } from './hyperparameters/dataset.fields.ts';
export { type PresetName, presetNames } from './hyperparameters/field.ts';
export {
  changeableWhileTraining,
  hyperparameterFields,
  hyperparameters,
  type Hyperparameters,
  presets,
  quickstartPrompts,
} from './hyperparameters/gan-cls.ts';
export {
  styleEncoderChangeable,
  styleEncoderHyperparameters,
  type StyleEncoderHyperparameters,
} from './hyperparameters/style-encoder.ts';
export {
  textEncoderChangeable,
  textEncoderHyperparameters,
  type TextEncoderHyperparameters,
} from './hyperparameters/text-encoder.ts';
export {
  type BuiltInTrainer,
  builtInTrainers,
  isBuiltIn,
  type Trainer,
  type TrainerHyperparameters,
  trainerHyperparameters,
  trainers,
} from './hyperparameters/trainers.ts';
export {
  commandMacros,
  type CommandMacro,
  envvarPattern,
  isCommandMacro,
  macroOf,
} from './sweep-definition/command.check.ts';
export {
  type StoppingDefinition,
  type StoppingRuleType,
  stoppingRuleTypes,
} from './sweep-definition/early-terminate.schema.ts';
export { type ExcludedRange, type Exclusion, isExcluded } from './sweep-definition/exclusion.ts';
export { closestName } from './sweep-definition/did-you-mean.ts';
export type { DefinitionProblem } from './sweep-definition/problem.ts';
export {
  parseSweepDefinition,
  type ParseOptions,
  type ParseResult,
} from './sweep-definition/sweep-definition.parse.ts';
export { printSweepDefinition } from './sweep-definition/sweep-definition.print.ts';
export { sweepJsonSchema } from './sweep-definition/sweep-definition.schema.ts';
export {
  type Condition,
  type Distribution,
  type DistributionKind,
  type ParameterDefinition,
  type PbtOptions,
  type SweepBudget,
  type SweepDefinition,
  type SweepMethod,
  sweepMethods,
  type SweepMetric,
} from './sweep-definition/sweep-definition.type.ts';
