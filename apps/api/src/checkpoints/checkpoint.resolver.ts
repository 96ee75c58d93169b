import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { isId } from '../id.ts';
import { reporterOf } from '../runs/fence.service.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { ReportCheckpointInput } from './checkpoint.input.ts';
import { checkpointById, filesOfCheckpoint } from './checkpoint.loader.ts';
import { reportCheckpoint } from './checkpoint.service.ts';
import { Checkpoint, CheckpointFile, ReportCheckpointPayload } from './checkpoint.type.ts';

@Resolver(() => Checkpoint)
export class CheckpointResolver {
  @Allow('VIEWER', 'AGENT')
  @Query(() => Checkpoint, { nullable: true, description: 'One checkpoint.' })
  checkpoint(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Checkpoint | null> | null {
    return isId(id) ? context.loaders.load(checkpointById, id) : null;
  }

  @Allow('AGENT', 'RUN')
  @Mutation(() => ReportCheckpointPayload, {
    description:
      'Keeps a checkpoint, all files of which were uploaded before. Sending it again changes nothing.',
  })
  async reportCheckpoint(
    @Arg('input', () => ReportCheckpointInput) input: ReportCheckpointInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportCheckpointPayload> {
    const { fence } = reporterOf(context.actor, input.lease);
    return { checkpoint: await reportCheckpoint(context.database, fence, input) };
  }

  @FieldResolver(() => [CheckpointFile], { description: 'By name.' })
  async files(@Root() checkpoint: Checkpoint, @Ctx() context: RequestContext): Promise<CheckpointFile[]> {
    const files = await context.loaders.load(filesOfCheckpoint, checkpoint.id);
    return files.map(({ name, blob }) => ({
      name,
      blob: { ...blob, size: Number(blob.size), url: `/blobs/${blob.sha256}` },
    }));
  }
}
