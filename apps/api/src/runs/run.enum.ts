/** Registers the enums of runs and leases in the graph. */
import { type HeartbeatCommand, heartbeatCommands } from '@plumage/contract';
import { registerEnumType } from 'type-graphql';
import { AttemptOutcome, RunOrigin, RunState } from '../generated/prisma/enums.ts';

const same = <Name extends string>(names: readonly Name[]) =>
  Object.freeze(Object.fromEntries(names.map((name) => [name, name]))) as { readonly [Key in Name]: Key };

const RunCommand = same(heartbeatCommands);
type RunCommand = HeartbeatCommand;
const RunOrder = same(['CREATED_AT', 'NUMBER', 'OBJECTIVE', 'UPDATED_AT']);
type RunOrder = keyof typeof RunOrder;
const SortDirection = same(['ASC', 'DESC']);
type SortDirection = keyof typeof SortDirection;
const SettleOutcome = same(['FINISHED', 'PRUNED', 'CANCELLED', 'PAUSED', 'RELEASED', 'FAILED']);
type SettleOutcome = keyof typeof SettleOutcome;
const DescentKind = same(['STARTED', 'CONTINUED', 'EXPLOITED']);
type DescentKind = keyof typeof DescentKind;

registerEnumType(RunState, {
  name: 'RunState',
  description:
    'Where a run stands. FINISHED and PRUNED are for good; FAILED and CANCELLED unless a person has it run again.',
});
registerEnumType(DescentKind, {
  name: 'DescentKind',
  description:
    'STARTED: afresh, at step 0. CONTINUED: from its own member, which trains on. EXPLOITED: from another member, whose weights it has copied.',
});
registerEnumType(RunOrigin, {
  name: 'RunOrigin',
  description: "SAMPLER: suggested by the sweep's method. ENQUEUED: asked for by a person.",
});
registerEnumType(AttemptOutcome, {
  name: 'AttemptOutcome',
  description: 'How an attempt ended. RELEASED: given back to the queue; LOST: its lease was taken back.',
});
registerEnumType(RunCommand, {
  name: 'RunCommand',
  description:
    'What an agent must do. CONTINUE: go on. PRUNE, CANCEL: end the run and settle so. PAUSE: write a checkpoint and settle as PAUSED. DRAIN: write a checkpoint, release the run and take no more. STOP: the same, and end. LEASE_LOST: stop at once and send nothing more for the run.',
});
registerEnumType(RunOrder, { name: 'RunOrder', description: 'What runs are sorted by.' });
registerEnumType(SortDirection, { name: 'SortDirection', description: 'Smallest or largest first.' });
registerEnumType(SettleOutcome, {
  name: 'SettleOutcome',
  description:
    'How an agent says that its attempt ended. RELEASED: another agent may go on from the last checkpoint.',
});

export {
  AttemptOutcome,
  DescentKind,
  RunCommand,
  RunOrder,
  RunOrigin,
  RunState,
  SettleOutcome,
  SortDirection,
};
