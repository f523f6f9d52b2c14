import type { Window } from './goodput.ts';
import type { Recording } from './recording.ts';
import { isWithin } from './windows.ts';

/** Payload of a full segment over Ethernet with time stamps; turns bytes into segments. */
const SEGMENT_BYTES = 1448;

/** Share of the download segments of a window that were sent again; `undefined` without TCP_INFO on both its sides. */
export function retransmittedShare(tcp: Recording['tcp'], window: Window | undefined): number | undefined {
  const own = tcp.filter(({ atMs }) => isWithin(atMs, window));
  const first = own[0]?.sample;
  const last = own.at(-1)?.sample;
  if (first === undefined || last === undefined || last.deliveredBytes <= first.deliveredBytes) return undefined;
  const segments = (last.deliveredBytes - first.deliveredBytes) / SEGMENT_BYTES;
  return (last.retransmissions - first.retransmissions) / segments;
}
