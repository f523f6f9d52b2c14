import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PING_PATHS } from '@rowhouse/bufferbloat-protocol';
import type { PingStats } from '../settings.ts';

const EVERY_MS = 1_000;
const TIMEOUT_MS = 900;
const MOST_BYTES = 64 * 1024;

/** Knows how the ping process is. */
export interface PingWatch {
  /** Its latest figures; `undefined` while it does not answer. */
  readonly latest: () => PingStats | undefined;
  readonly stop: () => void;
}

/** Asks the ping process for its figures every second. @param host where it listens; `::` and `0.0.0.0`: this machine */
export function watchPing(host: string, port: number, encrypted: boolean): PingWatch {
  const hostname = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  let latest: PingStats | undefined;
  const ask = async () => {
    try {
      latest = await fetchStats(hostname, port, encrypted);
    } catch {
      latest = undefined;
    }
  };
  const timer = setInterval(() => void ask(), EVERY_MS);
  timer.unref();
  void ask();
  return { latest: () => latest, stop: () => clearInterval(timer) };
}

function fetchStats(hostname: string, port: number, encrypted: boolean): Promise<PingStats> {
  return new Promise((resolve, reject) => {
    const target = { hostname, port, path: PING_PATHS.stats, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    // The certificate is made for the server's public name; this connection does not leave the machine.
    const request = encrypted ? requestHttps({ ...target, rejectUnauthorized: false }) : requestHttp(target);
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_BYTES) request.destroy(new Error('too long'));
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as PingStats);
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    request.end();
  });
}
