/**
 * The heartbeat's reply is the only channel from the server to an agent, which therefore needs no open port. The
 * server repeats a command at each beat until the lease is settled, so a lost reply costs one beat and nothing more.
 */

/**
 * CONTINUE: go on. PRUNE: the stopping rule has ended the run; settle as pruned. CANCEL: a person has ended it;
 * settle as cancelled. PAUSE: write a checkpoint and release the run, which waits for a person. DRAIN: write a
 * checkpoint, release the run to other agents and take no more. STOP: the same, and end. LEASE_LOST: the run is another's; stop at once and
 * send nothing more for it.
 */
export const heartbeatCommands = [
  'CONTINUE',
  'PRUNE',
  'CANCEL',
  'PAUSE',
  'DRAIN',
  'STOP',
  'LEASE_LOST',
] as const;
export type HeartbeatCommand = (typeof heartbeatCommands)[number];
