/**
 * What this machine can train on, found out in a child process, so that a driver which crashes at its first touch takes
 * the probe along and not the agent.
 */
import { fork } from 'node:child_process';
import { z } from 'zod';
import { AgentFault } from './agent.error.ts';
import { childFlags } from './child.process.ts';

const slotOffer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('offer'),
    backend: z.string(),
    device: z.string(),
    memoryMb: z.number().nullable(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('none'), reason: z.string() }),
  z.object({
    type: z.literal('survey'),
    backends: z.array(z.object({ name: z.string(), usable: z.boolean(), why: z.string() })),
  }),
]);
export type SlotOffer = z.infer<typeof slotOffer>;

export type Offer = Extract<SlotOffer, { type: 'offer' }>;

export type Survey = Extract<SlotOffer, { type: 'survey' }>;

/** The answer of a probing child. @throws AgentFault NO_BACKEND when it died without one */
const askChild = (program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<SlotOffer> =>
  new Promise((resolve, reject) => {
    const child = fork(program, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: childFlags(program),
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    child.on('message', (message) => {
      const offer = slotOffer.safeParse(message).data;
      if (offer !== undefined) resolve(offer);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const how = signal ?? `code ${code}`;
      reject(new AgentFault('NO_BACKEND', `Looking for a back end ended with ${how}. ${said.trim()}`));
    });
  });

/** @throws AgentFault NO_BACKEND with the reason */
export const probeBackend = async (
  program: string,
  backend: string,
  env: NodeJS.ProcessEnv,
): Promise<Offer> => {
  const answer = await askChild(program, ['--probe', backend], env);
  if (answer.type === 'offer') return answer;
  throw new AgentFault('NO_BACKEND', answer.type === 'none' ? answer.reason : 'The probe gave no offer.');
};

/** Every back end's verdict. @throws AgentFault NO_BACKEND when looking for them ends the process */
export const surveyBackends = async (
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<Survey['backends']> => {
  const answer = await askChild(program, ['--survey'], env);
  return answer.type === 'survey' ? answer.backends : [];
};
