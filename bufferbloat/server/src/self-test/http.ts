import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** @throws SyntaxError */
  json(): unknown;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks this machine's own server; its certificate is made for another name and is not checked.
 *
 * @throws Error when there is no answer within 10 s
 */
export function ask(url: string, method: 'GET' | 'POST' = 'GET', body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body ? { headers: { 'content-length': body.byteLength } } : {}),
    };
    const request = url.startsWith('https:')
      ? requestHttps(url, { ...options, rejectUnauthorized: false })
      : requestHttp(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          body: whole,
          json: () => JSON.parse(whole.toString('utf8')) as unknown,
        });
      });
    });
    request.end(body);
  });
}
