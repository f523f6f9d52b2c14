import type { Grade, Result } from '@rowhouse/bufferbloat-protocol';

/** What to do about a line. */
export interface Advice {
  /** Whether anything needs doing. */
  readonly needed: boolean;
  readonly headline: string;
  /** In the order in which to try them. */
  readonly steps: readonly string[];
  /** What to type into a router's smart queue management; `null` where nothing is needed or nothing was measured. */
  readonly shaper: { readonly downloadMbps: number; readonly uploadMbps: number } | null;
}

/** A shaper must be the narrowest place, or the queue stays in the modem: by this much below the measured goodput. */
const DOWN_SHARE = 0.9;
const UP_SHARE = 0.95;

/**
 * Smart queue management with the measured rates filled in: downloads at 90 % (the queue is on the provider's side, so
 * that the shaper must leave room to react), uploads at 95 %. Nothing for a line that is A or better.
 */
export function adviceFor(result: Result): Advice {
  const { total, download, upload } = result.grade;
  if (total === null) {
    return { needed: false, headline: 'Run the test again before changing anything.', steps: [], shaper: null };
  }
  if (total === 'A+' || total === 'A') {
    return { needed: false, headline: 'Nothing needs doing.', steps: [], shaper: null };
  }
  const calm = (grade: Grade | null): boolean => grade === 'A+' || grade === 'A';
  const where = calm(download) && !calm(upload) ? 'uploads' : calm(upload) && !calm(download) ? 'downloads' : 'load';
  const headline = `Turn on smart queue management (SQM) in the router: ${where === 'load' ? 'both directions' : where} fill a queue that everything else waits in.`;
  return queueAdvice(headline, result.throughputMbps.download.mean, result.throughputMbps.upload.mean);
}

/** How to turn smart queue management on, for a line of these rates; `null` and 0: not measured. */
export function queueAdvice(headline: string, downMbps: number | null, upMbps: number | null): Advice {
  const shaper =
    !downMbps || !upMbps
      ? null
      : { downloadMbps: significant(downMbps * DOWN_SHARE), uploadMbps: significant(upMbps * UP_SHARE) };
  return {
    needed: true,
    headline,
    steps: [
      'Look for "SQM", "Smart Queue", "QoS with CAKE" or "fq_codel" in the settings of the router.',
      shaper === null
        ? 'Set its rates to 90-95 % of what the line carries.'
        : `Set its rates to ${shaper.downloadMbps} Mbit/s for downloads and ${shaper.uploadMbps} Mbit/s for uploads (90 and 95 % of what was measured); choose CAKE if it is offered, else fq_codel.`,
      'Test again. If latency under load is still high, lower the rates by another 5 %.',
      'If the router has no such setting, one that runs OpenWrt has; or ask the provider for a modem with active queue management.',
    ],
    shaper,
  };
}

/** Three significant digits: more would claim more than was measured. */
function significant(mbps: number): number {
  return Number(mbps.toPrecision(3));
}
