/**
 * The agent's side of the lease protocol in the agent's own words. Every operation is idempotent, so each may be sent
 * again when its answer was lost. A lost lease is an outcome, not a fault: callers must switch on it.
 */
import { type ApiClient, ApiError } from '@plumage/api-client';
import {
  HeartbeatDocument,
  type HeartbeatInput,
  LeaseDocument,
  type LeaseInput,
  type LeaseMutation,
  RegisterAgentDocument,
  type RegisterAgentInput,
  type RegisterAgentMutation,
  RenewRenderDocument,
  type RenewRenderInput,
  type RenewRenderMutation,
  ReportCheckpointDocument,
  type ReportCheckpointInput,
  ReportLogsDocument,
  type ReportLogsInput,
  ReportMetricsDocument,
  type ReportMetricsInput,
  ReportSamplesDocument,
  type ReportSamplesInput,
  SettleDocument,
  type SettleInput,
  SettleRenderDocument,
  type SettleRenderInput,
  StopAgentDocument,
} from '@plumage/api-client/operations';
import type { HeartbeatCommand } from '@plumage/contract';

export type LeaseAnswer = LeaseMutation['lease'];
export type LeaseGranted = Extract<LeaseAnswer, { __typename: 'LeaseGranted' }>;
export type RenderGranted = Extract<LeaseAnswer, { __typename: 'RenderGranted' }>;
export type RenderRenewal = RenewRenderMutation['renewRender'];
export type Registration = RegisterAgentMutation['registerAgent'];

/** What the API wants next, and why. */
export interface Command {
  readonly command: HeartbeatCommand;
  readonly reason: string | null;
}

/** The answer to a report: taken (now or before), or refused for good with the API's reason. */
export type ReportOutcome =
  | { readonly kind: 'taken'; readonly command: Command }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'lease_lost'; readonly reason: string };

export interface AgentApi {
  readonly client: ApiClient;
  register(input: RegisterAgentInput): Promise<Registration>;
  /** Waits on the server for up to `input.waitMs`. */
  lease(input: LeaseInput, signal: AbortSignal): Promise<LeaseAnswer>;
  heartbeat(input: HeartbeatInput, signal: AbortSignal): Promise<Command>;
  reportMetrics(input: ReportMetricsInput, signal: AbortSignal): Promise<ReportOutcome>;
  reportSamples(input: ReportSamplesInput, signal: AbortSignal): Promise<ReportOutcome>;
  reportCheckpoint(input: ReportCheckpointInput, signal: AbortSignal): Promise<ReportOutcome>;
  reportLogs(input: ReportLogsInput, signal: AbortSignal): Promise<ReportOutcome>;
  settle(input: SettleInput, signal: AbortSignal): Promise<'settled' | 'lease_lost'>;
  renewRender(input: RenewRenderInput, signal: AbortSignal): Promise<RenderRenewal>;
  settleRender(input: SettleRenderInput, signal: AbortSignal): Promise<'settled' | 'lease_lost'>;
  stop(agentId: string, instanceId: string, signal: AbortSignal): Promise<void>;
}

const isLeaseLost = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'LEASE_LOST';

const reportOutcome = (report: {
  accepted: boolean;
  duplicate: boolean;
  command: HeartbeatCommand;
  reason?: string | null;
}): ReportOutcome => {
  const reason = report.reason ?? null;
  if (report.command === 'LEASE_LOST') return { kind: 'lease_lost', reason: reason ?? 'the lease was lost' };
  if (!report.accepted && !report.duplicate) return { kind: 'refused', reason: reason ?? 'no reason given' };
  return { kind: 'taken', command: { command: report.command, reason } };
};

const lostOr = async <T>(work: Promise<T>, lost: (reason: string) => T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (isLeaseLost(error)) return lost(error.message);
    throw error;
  }
};

const lostReport = (reason: string): ReportOutcome => ({ kind: 'lease_lost', reason });

export const createAgentApi = (client: ApiClient): AgentApi => {
  const again = (signal: AbortSignal) => ({ signal, idempotent: true });
  return {
    client,
    register: async (input) =>
      (await client.request(RegisterAgentDocument, { input }, { idempotent: true })).registerAgent,
    lease: async (input, signal) => {
      const timeoutMs = (input.waitMs ?? 0) + 20_000;
      return (await client.request(LeaseDocument, { input }, { ...again(signal), timeoutMs })).lease;
    },
    heartbeat: (input, signal) =>
      lostOr<Command>(
        client
          .request(HeartbeatDocument, { input }, { ...again(signal), timeoutMs: 10_000 })
          .then(({ heartbeat: { command, reason } }) => ({ command, reason: reason ?? null })),
        (reason) => ({ command: 'LEASE_LOST', reason }),
      ),
    reportMetrics: (input, signal) =>
      lostOr(
        client
          .request(ReportMetricsDocument, { input }, again(signal))
          .then(({ reportMetrics }) => reportOutcome(reportMetrics)),
        lostReport,
      ),
    reportSamples: (input, signal) =>
      lostOr(
        client
          .request(ReportSamplesDocument, { input }, again(signal))
          .then(({ reportSamples }) => reportOutcome(reportSamples)),
        lostReport,
      ),
    reportCheckpoint: (input, signal) =>
      lostOr<ReportOutcome>(
        client
          .request(ReportCheckpointDocument, { input }, again(signal))
          .then(() => ({ kind: 'taken', command: { command: 'CONTINUE', reason: null } })),
        lostReport,
      ),
    reportLogs: (input, signal) =>
      lostOr(
        client
          .request(ReportLogsDocument, { input }, again(signal))
          .then(({ reportLogs }) => reportOutcome(reportLogs)),
        lostReport,
      ),
    settle: (input, signal) =>
      lostOr<'settled' | 'lease_lost'>(
        client.request(SettleDocument, { input }, again(signal)).then(() => 'settled'),
        () => 'lease_lost',
      ),
    renewRender: async (input, signal) =>
      (await client.request(RenewRenderDocument, { input }, { ...again(signal), timeoutMs: 10_000 }))
        .renewRender,
    settleRender: (input, signal) =>
      lostOr<'settled' | 'lease_lost'>(
        client.request(SettleRenderDocument, { input }, again(signal)).then(() => 'settled'),
        () => 'lease_lost',
      ),
    stop: async (agentId, instanceId, signal) => {
      await client.request(StopAgentDocument, { input: { agentId, instanceId } }, again(signal));
    },
  };
};
