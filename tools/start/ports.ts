import { createServer } from 'node:net';
import { StartError } from './options.ts';

const listenOnce = (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });

/** @throws StartError if somebody listens there already */
export const claimPort = async (port: number, host: string): Promise<number> => {
  try {
    return await listenOnce(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `Port ${port} on ${host} is taken by another program. Choose another one with --port N, or --port 0 for any.`,
      );
    if (code === 'EACCES')
      throw new StartError(
        `Port ${port} needs more rights than this user has. Choose one above 1023 with --port N.`,
      );
    throw new StartError(
      `The address ${host}:${port} cannot be bound (${code}): expected an address of this machine.`,
    );
  }
};

/** Any port that is free on the loopback right now. */
export const freePort = () => claimPort(0, '127.0.0.1');
