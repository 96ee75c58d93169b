import { Arg, Ctx, ID, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { reporterOf, sequenceOf } from '../runs/fence.service.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { ReportPayload } from '../telemetry/metric.type.ts';
import { ReportLogsInput } from './log.input.ts';
import { reportLogs } from './log.service.ts';
import { LogsAppended } from './log.type.ts';

@Resolver()
export class LogResolver {
  @Allow('AGENT', 'RUN')
  @Mutation(() => ReportPayload, { description: 'Takes log lines. Sending them again changes nothing.' })
  reportLogs(
    @Arg('input', () => ReportLogsInput) input: ReportLogsInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportPayload> {
    const reporter = reporterOf(context.actor, input.lease);
    const lines = input.lines.map((line, i) => ({
      ...line,
      sequence: sequenceOf(reporter, line.sequence, `input.lines[${i}].sequence`),
    }));
    return reportLogs(context.database, reporter.fence, lines);
  }

  @Allow('VIEWER')
  @Subscription(() => LogsAppended, {
    description: 'The run has written lines; one event a batch.',
    subscribe: ({ context, args }: { context: RequestContext; args: LogsAppendedArgs }) => {
      if (!isId(args.runId)) throw new BadInputError('runId', args.runId, 'the id of a run');
      return context.live.subscribe({
        kinds: ['LOGS'],
        after: args.after,
        filter: (change) => change.runId === args.runId,
      });
    },
  })
  logsAppended(
    @Arg('runId', () => ID, { description: 'The run.' }) _runId: string,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
  ): LogsAppended {
    const { cursor, runId, detail } = change;
    return {
      cursor,
      runId: runId ?? '',
      epoch: Number(detail?.['epoch'] ?? 0),
      fromSequence: Number(detail?.['fromSequence'] ?? 0),
      toSequence: Number(detail?.['toSequence'] ?? 0),
    };
  }
}

interface LogsAppendedArgs {
  readonly runId: string;
  readonly after?: string | null;
}
