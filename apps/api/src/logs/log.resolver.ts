import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { fenceOf } from '../runs/fence.service.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { ReportPayload } from '../telemetry/metric.type.ts';
import { ReportLogsInput } from './log.input.ts';
import { reportLogs } from './log.service.ts';

@Resolver()
export class LogResolver {
  @Allow('AGENT')
  @Mutation(() => ReportPayload, { description: 'Takes log lines. Sending them again changes nothing.' })
  reportLogs(
    @Arg('input', () => ReportLogsInput) input: ReportLogsInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportPayload> {
    return reportLogs(context.database, fenceOf(input.lease), input.lines);
  }
}
