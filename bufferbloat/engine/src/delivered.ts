import { meanMbps, type Window } from './goodput.ts';
import type { ByteCount, Recording } from './recording.ts';

/** How far the two counts of a window may disagree before the kernel's is not believed. */
const AGREEMENT = 0.1;

/**
 * The count that the goodput of the downloads is read from. What the program reads stalls behind every lost segment; what
 * the server's kernel knows to be delivered (selective acknowledgements included) does not, so it is taken where
 * TCP_INFO is there, spans the window, and agrees with the program's own count within a tenth.
 */
export function downloadCounts(recording: Recording, window: Window, slackMs: number): readonly ByteCount[] {
  // Only what lies inside: from the window's last report to the next phase's first there is no line to read off.
  const delivered = recording.tcp
    .filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs)
    .map(({ atMs, sample }) => ({ atMs, bytes: sample.deliveredBytes }));
  const byKernel = meanMbps(delivered, window, slackMs);
  const byProgram = meanMbps(recording.download, window, slackMs);
  if (byKernel === null || byProgram === null) return recording.download;
  return Math.abs(byKernel - byProgram) <= AGREEMENT * byProgram ? delivered : recording.download;
}
