/**
 * An agent that trains nothing: it takes a run and reports what it is told to, over the same operations as a real
 * one, so that the command line has curves, pictures and logs to read within a second.
 */
import { createApiClient, type ApiClient } from '@plumage/api-client';
import {
  HeartbeatDocument,
  LeaseDocument,
  RegisterAgentDocument,
  ReportLogsDocument,
  ReportMetricsDocument,
  ReportSamplesDocument,
} from '@plumage/api-client/operations';
import sharp from 'sharp';

export interface HandRun {
  readonly runId: string;
  readonly runName: string;
  /** Curve of one metric over steps 1, 2, 3 ... */
  reportCurve(key: string, values: readonly number[]): Promise<void>;
  /** One picture a prompt at the step, each of another colour. */
  reportPictures(step: number, prompts: readonly string[]): Promise<void>;
  reportLog(text: string): Promise<void>;
  /** Lets the lease run out. */
  letGo(): void;
}

const picture = async (red: number, green: number): Promise<Uint8Array<ArrayBuffer>> => {
  const background = { r: red % 256, g: green % 256, b: 128 };
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background } })
    .png()
    .toBuffer();
  return new Uint8Array(png);
};

const take = async (api: ApiClient, name: string, sweepId: string) => {
  const instanceId = `by hand ${name}`;
  const slots = [{ index: 0, backend: 'cpu', device: 'by hand', memoryMb: null }];
  const input = { instanceId, name, hostname: 'here', platform: 'test', version: '0', slots };
  const { registerAgent } = await api.request(RegisterAgentDocument, { input });
  const agentId = registerAgent.agent.id;
  const { lease } = await api.request(LeaseDocument, {
    input: { agentId, instanceId, slotIndex: 0, sweepId, waitMs: 10_000 },
  });
  if (lease.__typename !== 'LeaseGranted') throw new Error(`no lease but ${lease.__typename}`);
  return lease;
};

/** Registers as `name` and takes one run of the sweep. */
export const takeRun = async (url: string, key: string, name: string, sweepId: string): Promise<HandRun> => {
  const api = createApiClient({ url, key });
  const { runId, runName, epoch, token } = await take(api, name, sweepId);
  const lease = { runId, epoch, token };
  const at = new Date().toISOString();
  let sequence = 0;
  // A beat that comes too late to hold the lease shows in what the test reads.
  const beat = setInterval(
    () => void api.request(HeartbeatDocument, { input: { lease } }).catch(() => undefined),
    700,
  );
  return {
    runId,
    runName,
    async reportCurve(key, values) {
      const steps = values.map((_, i) => i + 1);
      const times = steps.map((step) => Date.now() + step);
      const columns = [{ key, steps, times, values: [...values] }];
      await api.request(ReportMetricsDocument, { input: { lease, sequence: sequence++, columns } });
    },
    async reportPictures(step, prompts) {
      const samples = prompts.map(async (prompt, promptIndex) => {
        const blobSha256 = await api.putBlob(await picture(step, promptIndex), { contentType: 'image/png' });
        return {
          blobSha256,
          kind: 'TRAIN_GRID' as const,
          prompt,
          promptIndex,
          seed: 7,
          step,
          width: 4,
          height: 4,
        };
      });
      await api.request(ReportSamplesDocument, { input: { lease, samples: await Promise.all(samples) } });
    },
    letGo: () => clearInterval(beat),
    async reportLog(text) {
      await api.request(ReportLogsDocument, {
        input: { lease, lines: [{ at, sequence: sequence++, stream: 'stdout', text }] },
      });
    },
  };
};
