/**
 * Several API processes behind one address: each request goes to the next replica that is ready. A replica that does
 * not take the connection is passed by; once a byte of a request may have arrived nothing is sent a second time, the
 * caller gets 502 and decides. The same rules as nginx with `proxy_next_upstream error` for connects only.
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';

const checkEveryMs = 250;
const checkTimeoutMs = 1_000;

export interface Balancer {
  readonly url: string;
  /** Asks the replicas whether they are ready, now and not at the next turn. */
  check(): Promise<void>;
  /** How many requests each replica has got. */
  counts(): readonly number[];
  close(): Promise<void>;
}

const connectTo = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // Between here and the request's own listener an error must not end the process.
      socket.on('error', () => {});
      resolve(socket);
    });
  });

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

const isReady = async (port: number): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(checkTimeoutMs);
    const response = await fetch(`http://127.0.0.1:${port}/ready`, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};

const answer = (response: ServerResponse, status: number): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end('no replica answered\n');
};

const pass = (socket: Socket, incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const upstream = httpRequest({
    createConnection: () => socket,
    method: incoming.method,
    path: incoming.url,
    headers: { ...endToEnd(incoming.headers), connection: 'close' },
  });
  upstream.on('error', () => answer(outgoing, 502));
  upstream.on('response', (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
    outgoing.flushHeaders();
    reply.on('error', () => outgoing.destroy());
    // A reply that breaks off must not look as if it had ended.
    reply.on('close', () => {
      if (!reply.complete) outgoing.destroy();
    });
    reply.pipe(outgoing);
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.on('error', () => upstream.destroy());
  incoming.pipe(upstream);
};

/** @param ports of the replicas on this machine */
export const startBalancer = async (ports: readonly number[]): Promise<Balancer> => {
  const served = ports.map(() => 0);
  let ready = ports.map(() => true);
  let turn = 0;

  const check = async (): Promise<void> => {
    ready = await Promise.all(ports.map(isReady));
  };
  /** Those that are ready first, the others as a last resort. */
  const inOrder = (): number[] => {
    turn += 1;
    const rotated = ports.map((_, i) => (i + turn) % ports.length);
    return [...rotated.filter((i) => ready[i]), ...rotated.filter((i) => !ready[i])];
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    for (const replica of inOrder()) {
      const socket = await connectTo(ports[replica] ?? 0).catch(() => undefined);
      if (socket === undefined) continue;
      served[replica] = (served[replica] ?? 0) + 1;
      return pass(socket, incoming, outgoing);
    }
    answer(outgoing, 502);
  };

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const timer = setInterval(() => void check(), checkEveryMs);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The balancer has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    check,
    counts: () => served,
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
