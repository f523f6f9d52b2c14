import { LIMITS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { messageOf } from './errors.ts';
import { endpoint, readText, refusal, request } from './http.ts';
import type { LoadConnection, LoadEvents } from './load-group.ts';

/** One download that is read and dropped until it is ended. */
export function startDownload(server: URL, token: string, events: LoadEvents): LoadConnection {
  const url = endpoint(server, MAIN_PATHS.download, token);
  url.searchParams.set('durationMs', String(LIMITS.downloadMs));
  const asked = request(url, { method: 'GET' });
  asked.on('response', (response) => {
    response.on('error', () => {}); // the end that follows tells it
    if (response.statusCode !== 200) {
      readText(response).then(
        (body) => events.ended(refusal(response.statusCode ?? 0, body)),
        (error: unknown) => events.ended(error),
      );
      return;
    }
    response.on('data', (chunk: Buffer) => events.bytes(chunk.byteLength));
    response.on('close', () => events.ended(undefined));
  });
  asked.on('error', (error) => events.ended(new Error(messageOf(error))));
  asked.end();
  return { end: () => asked.destroy() };
}
