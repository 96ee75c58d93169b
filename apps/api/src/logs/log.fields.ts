/** A run's log as a field of the run. */
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { Run } from '../runs/run.type.ts';
import { pageSize } from '../schema/page.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { compileFilter, cursorOf, MAX_LINES, readLogs } from './log.service.ts';
import { countLines } from './log.sql.ts';
import { LogConnection, LogLine } from './log.type.ts';

@ArgsType()
class LogArgs {
  @Field(() => Int, { nullable: true, defaultValue: 200, description: 'How many, 1 to 5,000.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Those that follow this cursor.' })
  after?: string | null;

  @Field(() => String, { nullable: true, description: 'Those that stand right before this cursor.' })
  before?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'The last lines of the log instead of its first ones.',
  })
  newest?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Lines that hold this text, in capitals or not; at most 200 characters.',
  })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Lines of this stream: stdout, stderr or agent.' })
  stream?: string | null;

  @Field(() => Int, { nullable: true, description: 'Lines of this attempt, superseded or not.' })
  epoch?: number | null;
}

@Resolver(() => Run)
export class RunLogFields {
  @FieldResolver(() => LogConnection, { description: 'What it wrote in all its attempts, oldest first.' })
  async logs(
    @Root() run: Run,
    @Args(() => LogArgs) args: LogArgs,
    @Ctx() context: RequestContext,
  ): Promise<LogConnection> {
    const filter = compileFilter(args);
    const { lines, endCursor, hasNextPage, olderCursor } = await readLogs(context.database, {
      runId: run.id,
      filter,
      first: pageSize(args.first ?? 200, MAX_LINES),
      after: args.after ?? null,
      before: args.before ?? null,
      newest: args.newest ?? false,
    });
    return { lines: [...lines], pageInfo: { endCursor, hasNextPage }, olderCursor, runId: run.id, filter };
  }
}

@Resolver(() => LogConnection)
export class LogConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: LogConnection, @Ctx() context: RequestContext): Promise<number> {
    return countLines(context.database, connection.runId, connection.filter);
  }
}

@Resolver(() => LogLine)
export class LogLineFields {
  @FieldResolver(() => String, { description: 'Its place, for `after` and `before`.' })
  cursor(@Root() line: LogLine): string {
    return cursorOf(line);
  }
}
