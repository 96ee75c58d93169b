/** What a person wants to know of a box before it joins, each in a sentence, in the order in which a person would ask. */
import type { AgentOptions } from './agent.options.ts';
import type { Finding } from './doctor.finding.ts';
import { examineBox } from './doctor.machine.ts';
import { examineServer } from './doctor.server.ts';
import { examineTraining } from './doctor.training.ts';

export const examineMachine = async (
  options: AgentOptions,
  childProgram: string,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> => {
  const server = await examineServer(options);
  const training = await examineTraining(options, childProgram, env);
  return [...server, ...(await examineBox(options, training.slots)), ...training.findings];
};
