import { request } from 'node:http';
import type { Problem } from '../http/errors.ts';
import { CommandError, objection } from './errors.ts';

/** Asks the running classroom, over the socket that only root and the server's own user can reach. */
export interface OperatorClient {
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
}

interface Failure {
  readonly error?: { readonly message?: string; readonly problems?: readonly Problem[] };
}

/** @throws CommandError, from each call, when nothing runs there, or for what the classroom objects to */
export function connectOperator(socketPath: string): OperatorClient {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { status, text } = await exchange(socketPath, method, path, body);
    const json = JSON.parse(text) as unknown;
    if (status === 200) return json;
    const { error } = json as Failure;
    throw objection(error?.message ?? `status ${status}`, error?.problems);
  };
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, timeout: 120_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new CommandError('The classroom does not answer.')));
    outgoing.on('error', (error) => reject(error instanceof CommandError ? error : unreachable(error, socketPath)));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function unreachable(error: Error, socketPath: string): CommandError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EACCES')
    return new CommandError(`Only root and the user of the classroom may do this (${socketPath}). Use sudo.`);
  return new CommandError(
    `No classroom runs here (${socketPath}). Start it first (npm start -- classroom), and give this command the --port with which it was started.`,
  );
}
