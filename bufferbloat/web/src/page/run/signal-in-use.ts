/** A signal that has not answered for this long is not gone by any more, in milliseconds: the wait for a reply. */
export const SIGNAL_SILENCE_MS = 3000;

/** When each signal last answered, on one clock; `undefined`: never. */
export interface LastAnswers {
  readonly udp: number | undefined;
  readonly websocket: number | undefined;
}

/** The signal to go by: UDP while it answers, else the WebSocket while it answers, else whichever answered last. */
export function signalInUse(nowMs: number, last: LastAnswers): 'udp' | 'websocket' | undefined {
  const answers = (atMs: number | undefined): boolean => atMs !== undefined && nowMs - atMs < SIGNAL_SILENCE_MS;
  if (answers(last.udp)) return 'udp';
  if (answers(last.websocket)) return 'websocket';
  if (last.udp === undefined && last.websocket === undefined) return undefined;
  return (last.udp ?? 0) >= (last.websocket ?? 0) ? 'udp' : 'websocket';
}
