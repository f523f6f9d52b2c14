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
  if (first === undefined || last === undefined) return undefined;
  return retransmittedShareOf(last.retransmissions - first.retransmissions, last.deliveredBytes - first.deliveredBytes);
}

/** The same of so many retransmissions while so many bytes were delivered; `undefined` of none. */
export function retransmittedShareOf(retransmissions: number, deliveredBytes: number): number | undefined {
  return deliveredBytes > 0 ? retransmissions / (deliveredBytes / SEGMENT_BYTES) : undefined;
}
