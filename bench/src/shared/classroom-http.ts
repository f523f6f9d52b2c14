import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** From the request to the last byte of its answer. */
  readonly tookMs: number;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** One person's connections to the classroom, kept open as a browser does. */
export interface Http {
  ask(path: string, options?: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** @param headers sent with every request */
export function createHttp(port: number, headers: Readonly<Record<string, string>> = {}): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  return {
    ask: (path, options = {}) =>
      new Promise((resolve, reject) => {
        const startMs = performance.now();
        const asked = request(
          {
            host: '127.0.0.1',
            port,
            path,
            agent,
            method: options.method ?? 'GET',
            headers: { ...headers, ...options.headers },
            timeout: 30_000,
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks),
                tookMs: performance.now() - startMs,
              }),
            );
          },
        );
        asked.on('error', reject);
        asked.on('timeout', () => asked.destroy(new Error(`no answer to ${path} within 30 s`)));
        asked.end(options.body);
      }),
    close: () => agent.destroy(),
  };
}
