/** The renders of the API in memory (api.double.ts): given out before every run, fenced, cancelled, tried again. */
import type { RenewRenderInput, SettleRenderInput } from '@plumage/api-client/operations';
import { GraphQLError } from 'graphql';
import type { DoubleRun } from './api.double.ts';

export interface DoubleRender {
  readonly id: string;
  readonly run: DoubleRun;
  /** What it is given beside what its run was given. */
  readonly inputs: DoubleRun['inputs'];
  readonly request: {
    readonly kind: string;
    readonly style?: readonly string[];
    readonly [key: string]: unknown;
  };
  state: 'QUEUED' | 'RUNNING' | 'CANCELLED' | SettleRenderInput['outcome'];
  epoch: number;
  readonly settlements: SettleRenderInput[];
}

/** Another one for other files. */
const idOf = (files: Readonly<Record<string, string>>): string =>
  Object.values(files)
    .map((sha256) => sha256.slice(0, 8))
    .join('-');

export const createRenderDouble = (stored: (sha256: string) => void) => {
  const renders: DoubleRender[] = [];
  const tokenOf = ({ id, epoch }: DoubleRender): string => `plu_run_${id}_${epoch}`;
  const find = ({ renderId, epoch, token }: RenewRenderInput['render']): DoubleRender | undefined =>
    renders.find((render) => render.id === renderId && render.epoch === epoch && tokenOf(render) === token);
  return {
    renders,
    add(run: DoubleRun, request: DoubleRender['request'], inputs: DoubleRun['inputs'] = {}): DoubleRender {
      const id = `render-${renders.length + 1}`;
      const render: DoubleRender = { id, run, request, inputs, state: 'QUEUED', epoch: 0, settlements: [] };
      renders.push(render);
      return render;
    },
    /** The render that has waited longest, as a lease. */
    grant(): object | undefined {
      const render = renders.find(({ state }) => state === 'QUEUED');
      const checkpoint = render?.run.checkpoints.at(-1);
      if (!render || !checkpoint) return undefined;
      render.epoch += 1;
      render.state = 'RUNNING';
      return {
        __typename: 'RenderGranted',
        renderId: render.id,
        runId: render.run.id,
        runName: render.run.name,
        epoch: render.epoch,
        token: tokenOf(render),
        expiresAt: new Date(Date.now() + 2_000).toISOString(),
        leaseDurationMs: 2_000,
        kind: render.request.kind,
        request: render.request,
        config: render.run.config,
        checkpoint: {
          id: `checkpoint-${render.run.id}-${checkpoint.step}`,
          step: checkpoint.step,
          epoch: checkpoint.epoch,
          files: checkpoint.files.map(({ name, blobSha256 }) => ({
            name,
            blob: { sha256: blobSha256, size: 1 },
          })),
        },
        inputs: Object.entries({ ...render.run.inputs, ...render.inputs }).map(([key, files]) => ({
          key,
          checkpoint: {
            ...{ id: `input-${key}-${idOf(files)}`, step: 1, epoch: 1 },
            files: Object.entries(files).map(([name, sha256]) => ({ name, blob: { sha256, size: 1 } })),
          },
        })),
        styleImages: (render.request.style ?? []).map((sha256) => ({ sha256, size: 1 })),
      };
    },
    resolvers: {
      renewRender: ({ input }: { input: RenewRenderInput }) => {
        const render = find(input.render);
        if (render?.state === 'RUNNING') {
          return { command: 'CONTINUE', expiresAt: new Date(Date.now() + 2_000).toISOString() };
        }
        return render?.state === 'CANCELLED'
          ? { command: 'CANCEL', reason: 'The render is CANCELLED.' }
          : { command: 'LEASE_LOST', reason: 'The render was taken back.' };
      },
      settleRender: ({ input }: { input: SettleRenderInput }) => {
        const render = find(input.render);
        if (render?.state !== 'RUNNING') {
          throw new GraphQLError('The render is another’s.', { extensions: { code: 'LEASE_LOST' } });
        }
        for (const { blobSha256 } of input.pictures ?? []) stored(blobSha256);
        render.settlements.push(input);
        const again = input.outcome === 'RELEASED' || input.failureClass === 'crashed';
        render.state = again ? 'QUEUED' : input.outcome;
        return { render: { id: render.id, state: again ? 'QUEUED' : input.outcome } };
      },
    },
  };
};
