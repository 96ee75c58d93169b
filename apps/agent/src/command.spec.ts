/**
 * A training that is somebody's program, as the agent describes it to the child that looks after it (a part of
 * job.json). The child is the same process as for our own training, so that spool, stopping and crashes are the same.
 */
import { z } from 'zod';

export const commandSpec = z.object({
  /** Program and arguments; macros are not filled in yet. */
  command: z.array(z.string()).min(1),
  /** Where it runs. */
  directory: z.string(),
  server: z.string(),
  runId: z.string(),
  epoch: z.int(),
  /** The lease's token, with which the program may report for its run. */
  token: z.string(),
  /** Its configuration is written here, as JSON. */
  configFile: z.string(),
  /** Holds the files of the checkpoint to go on from, and takes those of new ones. */
  checkpointFolder: z.string(),
  /** The step of the checkpoint to go on from; null for a fresh start. */
  resumeStep: z.int().nullable(),
  /** That checkpoint is another run's, from which this one starts with a configuration of its own. */
  inherits: z.boolean(),
  /** In a population: the step at which to write a checkpoint and end; null: what the configuration says. */
  untilStep: z.int().nullable(),
  /** How long it may take to end once it is asked to. */
  graceMs: z.number(),
});
export type CommandSpec = z.infer<typeof commandSpec>;
