import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

const TIMEOUT_MS = 900;
const MOST_BYTES = 64 * 1024;

/** The other processes of this server, as the main server reaches them: never anything but a port of this machine. */
export interface OwnProcesses {
  /** Where they listen, as seen from here. */
  readonly hostname: string;
  readonly encrypted: boolean;
  /** Asks for JSON. @throws Error when the process does not answer 200 within 900 ms, `isGone` tells why */
  json(port: number, path: string): Promise<unknown>;
}

/** @param host where they listen; `::` and `0.0.0.0`: this machine */
export function ownProcesses(host: string, encrypted: boolean): OwnProcesses {
  const hostname = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  // The certificate is made for the server's public name; these connections do not leave the machine.
  const agent = encrypted
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    : new HttpAgent({ keepAlive: true });
  const request = encrypted ? requestHttps : requestHttp;
  return {
    hostname,
    encrypted,
    json: (port, path) =>
      new Promise((resolve, reject) => {
        const asked = request({ hostname, port, path, agent, signal: AbortSignal.timeout(TIMEOUT_MS) });
        asked.on('error', reject);
        asked.on('response', (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
            if (text.length > MOST_BYTES) asked.destroy(new Error('too long'));
          });
          response.on('error', reject);
          response.on('end', () => {
            try {
              if (response.statusCode === 200) resolve(JSON.parse(text));
              else reject(new Error(`status ${response.statusCode}`));
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        });
        asked.end();
      }),
  };
}

/** Nobody listens on that port, or whoever did has just died: no need to ask twice. */
export function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE';
}
