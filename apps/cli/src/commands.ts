/** Every command, in the order of the help. A new one is written beside its noun and listed here. */
import { agentSteering, listAgents } from './agents/agent.command.ts';
import type { Command, PassThrough } from './command/command.type.ts';
import { createKey, listKeys, revokeKey } from './keys/key.command.ts';
import { agent, dataset, up } from './local/local.command.ts';
import { cancelRender, listRenders } from './renders/render.command.ts';
import { createRender } from './renders/render.create.command.ts';
import { listRunsCommand, runSteering, showRun } from './runs/run.command.ts';
import { runLogs } from './runs/run.logs.command.ts';
import { runMetrics } from './runs/run.metrics.command.ts';
import { exportSamples } from './samples/sample.export.command.ts';
import { signIn, signOut } from './server/sign-in.command.ts';
import { listSweepsCommand, showSweep, sweepSteering } from './sweeps/sweep.command.ts';
import { createSweep, sweepSchema, validateSweep } from './sweeps/sweep.create.command.ts';
import { editSweep, enqueueRuns, rerunFailed, sweepVersions } from './sweeps/sweep.edit.command.ts';
import { planSweep, replaySweep } from './sweeps/sweep.plan.command.ts';

export const commands: readonly (Command | PassThrough)[] = [
  up,
  agent,
  dataset,
  signIn,
  signOut,
  createSweep,
  validateSweep,
  planSweep,
  sweepSchema,
  listSweepsCommand,
  showSweep,
  ...sweepSteering,
  editSweep,
  enqueueRuns,
  rerunFailed,
  sweepVersions,
  replaySweep,
  listRunsCommand,
  showRun,
  runLogs,
  runMetrics,
  ...runSteering,
  exportSamples,
  createRender,
  listRenders,
  cancelRender,
  listAgents,
  ...agentSteering,
  createKey,
  listKeys,
  revokeKey,
];
