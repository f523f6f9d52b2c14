import { randomFillSync } from 'node:crypto';
import { LIMITS, MAIN_PATHS } from '@rowhouse/bufferbloat-protocol';
import { messageOf } from './errors.ts';
import { endpoint, readText, refusal, request } from './http.ts';
import type { LoadConnection, LoadEvents } from './load-group.ts';

/** Incompressible, and shared by all uploads: nothing is allocated while they run. */
const PIECE = randomFillSync(Buffer.allocUnsafe(256 * 1024));

/** One upload of the longest body that is allowed. What arrives is counted by the server and told by telemetry. */
export function startUpload(server: URL, token: string, events: LoadEvents): LoadConnection {
  const asked = request(endpoint(server, MAIN_PATHS.upload, token), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-length': LIMITS.uploadBytes },
  });
  let leftBytes: number = LIMITS.uploadBytes;
  const write = (): void => {
    while (leftBytes > 0) {
      const piece = leftBytes < PIECE.byteLength ? PIECE.subarray(0, leftBytes) : PIECE;
      leftBytes -= piece.byteLength;
      if (!asked.write(piece)) return;
    }
    asked.end();
  };
  asked.on('drain', write);
  asked.on('response', (response) => {
    response.on('error', () => {}); // the end that follows tells it
    readText(response).then(
      (body) => events.ended(response.statusCode === 200 ? undefined : refusal(response.statusCode ?? 0, body)),
      (error: unknown) => events.ended(error),
    );
  });
  asked.on('error', (error) => events.ended(new Error(messageOf(error))));
  write();
  return {
    end: () => {
      // A reset empties the kernel's send buffer, which would else fill the queue of the next phase.
      asked.socket?.resetAndDestroy();
      asked.destroy();
    },
  };
}
