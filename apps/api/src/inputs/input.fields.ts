/** What a run was given, and by whom a checkpoint is used: descent between runs of different trainers. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { requirePermission } from '../access/allow.ts';
import { checkpointById } from '../checkpoints/checkpoint.loader.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { RenderGranted } from '../renders/render.type.ts';
import { STYLE_ENCODER } from '../renders/style-encoder.service.ts';
import { LeaseGranted } from '../runs/lease.type.ts';
import { runById } from '../runs/run.loader.ts';
import { Run } from '../runs/run.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { inputsOfRun, usersOfCheckpoint } from './input.loader.ts';
import { CheckpointUse, InputCheckpoint } from './input.type.ts';

/** An agent key reaches what it was given, and no run beside its own. */
const requireViewer = ({ actor }: RequestContext, field: string): void =>
  requirePermission(actor, ['VIEWER'], field);

@Resolver(() => InputCheckpoint)
export class InputCheckpointFields {
  @FieldResolver(() => Checkpoint, { description: 'The checkpoint.' })
  checkpoint(@Root() input: InputCheckpoint, @Ctx() context: RequestContext): Promise<Checkpoint | null> {
    return context.loaders.load(checkpointById, input.checkpointId);
  }

  @FieldResolver(() => Run, { description: 'The run that wrote it.' })
  async run(@Root() input: InputCheckpoint, @Ctx() context: RequestContext): Promise<Run | null> {
    requireViewer(context, 'InputCheckpoint.run');
    const checkpoint = await context.loaders.load(checkpointById, input.checkpointId);
    return checkpoint === null ? null : context.loaders.load(runById, checkpoint.runId);
  }
}

@Resolver(() => CheckpointUse)
export class CheckpointUseFields {
  @FieldResolver(() => Run, { description: 'The run that was given it.' })
  run(@Root() use: CheckpointUse, @Ctx() context: RequestContext): Promise<Run | null> {
    requireViewer(context, 'CheckpointUse.run');
    return context.loaders.load(runById, use.runId);
  }
}

@Resolver(() => Run)
export class RunInputsFields {
  @FieldResolver(() => [InputCheckpoint], {
    description: 'The checkpoints of other runs that it was given, by key; none before it was first claimed.',
  })
  inputs(@Root() run: Run, @Ctx() context: RequestContext): Promise<InputCheckpoint[]> {
    return context.loaders.load(inputsOfRun, run.id);
  }
}

@Resolver(() => Checkpoint)
export class CheckpointUsersFields {
  @FieldResolver(() => [CheckpointUse], {
    description: 'The runs that were given it; while there are any, it stays.',
  })
  users(@Root() checkpoint: Checkpoint, @Ctx() context: RequestContext): Promise<CheckpointUse[]> {
    requireViewer(context, 'Checkpoint.users');
    return context.loaders.load(usersOfCheckpoint, checkpoint.id);
  }
}

@Resolver(() => LeaseGranted)
export class LeaseInputsFields {
  @FieldResolver(() => [InputCheckpoint], {
    description: 'What its configuration names, by key, with the files.',
  })
  inputs(@Root() granted: LeaseGranted, @Ctx() context: RequestContext): Promise<InputCheckpoint[]> {
    return context.loaders.load(inputsOfRun, granted.runId);
  }
}

@Resolver(() => RenderGranted)
export class RenderInputsFields {
  @FieldResolver(() => [InputCheckpoint], {
    description:
      'What the run of the checkpoint was given, by key, with the files; then the style encoder, if one finds the style.',
  })
  async inputs(@Root() granted: RenderGranted, @Ctx() context: RequestContext): Promise<InputCheckpoint[]> {
    const { runId, styleEncoderId: checkpointId } = granted;
    const ofRun = await context.loaders.load(inputsOfRun, runId);
    return checkpointId === null ? ofRun : [...ofRun, { key: STYLE_ENCODER, runId, checkpointId }];
  }
}
