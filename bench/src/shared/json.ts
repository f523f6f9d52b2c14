import { request } from 'node:http';

/** What a server answered. */
export interface JsonAnswer {
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly body: unknown;
}

export interface JsonRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  /** Loopback address to come from. */
  readonly from?: string;
}

/** Asks for JSON over a connection of its own, which is closed again. */
export function askJson({ port, path, method = 'GET', from = '127.0.0.1' }: JsonRequest): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, localAddress: from, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const retryAfter = response.headers['retry-after'];
        resolve({
          status: response.statusCode ?? 0,
          retryAfterS: retryAfter === undefined ? undefined : Number(retryAfter),
          body: parse(text),
        });
      });
    })
      .on('error', reject)
      .end();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
