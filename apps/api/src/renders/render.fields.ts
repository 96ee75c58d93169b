/** Relations of renders, and a run's list of them. */
import { plannedPictures, renderColumns, type RenderRequest } from '@plumage/contract';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { checkpointById } from '../checkpoints/checkpoint.loader.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { runById } from '../runs/run.loader.ts';
import { Run } from '../runs/run.type.ts';
import { Sample } from '../samples/sample.type.ts';
import { pageSize, toConnection } from '../schema/page.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { samplesOfRender } from './render.loader.ts';
import { listRenders } from './render.service.ts';
import { Render, RenderConnection } from './render.type.ts';

const requestOf = (render: Render): RenderRequest => render.request as unknown as RenderRequest;

@Resolver(() => Render)
export class RenderFields {
  @FieldResolver(() => Run, { description: 'The run that it is drawn from.' })
  run(@Root() render: Render, @Ctx() context: RequestContext): Promise<Run | null> {
    return context.loaders.load(runById, render.runId);
  }

  @FieldResolver(() => Checkpoint, {
    nullable: true,
    description: 'The checkpoint that it is drawn from; null when it was cleared away since.',
  })
  checkpoint(@Root() render: Render, @Ctx() context: RequestContext): Promise<Checkpoint | null> | null {
    return render.checkpointId === null ? null : context.loaders.load(checkpointById, render.checkpointId);
  }

  @FieldResolver(() => [Sample], { description: 'Its pictures, row after row; none until it has finished.' })
  samples(@Root() render: Render, @Ctx() context: RequestContext): Promise<Sample[]> {
    return context.loaders.load(samplesOfRender, render.id);
  }

  @FieldResolver(() => Int, { description: 'How many pictures it has when it has finished.' })
  pictureCount(@Root() render: Render): number {
    return plannedPictures(requestOf(render)).length;
  }

  @FieldResolver(() => Int, { description: 'How many of them stand in a row.' })
  columns(@Root() render: Render): number {
    return renderColumns(requestOf(render));
  }
}

@Resolver(() => RenderConnection)
export class RenderConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: RenderConnection, @Ctx() context: RequestContext): Promise<number> {
    return context.database.render.count({ where: connection.where });
  }
}

@Resolver(() => Sample)
export class SampleRenderFields {
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Of a picture that a person asked for: the number of the render among those of its run.',
  })
  renderNumber(@Root() sample: Sample): number | null {
    return sample.renderNumber === 0 ? null : sample.renderNumber;
  }
}

@Resolver(() => Run)
export class RunRenderFields {
  @FieldResolver(() => RenderConnection, {
    description: 'What was drawn from its checkpoints on request, newest first.',
  })
  async renders(
    @Root() run: Run,
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, 1 to 100.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after: string | null,
  ): Promise<RenderConnection> {
    const where = { runId: run.id };
    const page = { first: pageSize(first ?? 20, 100), after: after ?? null };
    return toConnection(await listRenders(context.database, where, page), where);
  }
}
