/** Stands where nothing was measured, inside a labelled cell or row. */
export const NOT_MEASURED = '–';

/** A figure and its unit apart, so that they can be set in different sizes. */
export interface Figure {
  readonly value: string;
  readonly unit: string;
}

/** Rounds to three significant figures, but never to more than two decimals: 0.42, 5.03, 34.2, 412, 1240. */
export function significant(value: number): string {
  const size = Math.abs(value);
  // 9.996 reads 10.0, not 10.00: the digits are counted after rounding.
  const decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
}

/** A duration in milliseconds as ms, from one second up as s. */
export function durationFigure(ms: number): Figure {
  return Math.abs(ms) < 999.5 ? { value: significant(ms), unit: 'ms' } : { value: significant(ms / 1000), unit: 's' };
}

/** A rate in Mbit/s as kbit/s, Mbit/s or Gbit/s. */
export function rateFigure(mbps: number): Figure {
  const size = Math.abs(mbps);
  if (size >= 999.5) return { value: significant(mbps / 1000), unit: 'Gbit/s' };
  if (size >= 0.9995 || size === 0) return { value: significant(mbps), unit: 'Mbit/s' };
  return { value: significant(mbps * 1000), unit: 'kbit/s' };
}

const written = (figure: Figure) => `${figure.value} ${figure.unit}`;

/** A round trip or an added latency in words of figures: `34.2 ms`, `1.24 s`; a dash where there is none. */
export function formatMs(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? NOT_MEASURED : written(durationFigure(ms));
}

/** A rate: `93.4 Mbit/s`, `1.02 Gbit/s`; a dash where there is none. */
export function formatRate(mbps: number | null | undefined): string {
  return mbps === null || mbps === undefined ? NOT_MEASURED : written(rateFigure(mbps));
}

/** An interval of two latencies, in one unit if both have the same: `86.1–97.9 ms`, `0.90 ms – 1.2 s`. */
export function formatMsRange(lowMs: number, highMs: number): string {
  const low = durationFigure(lowMs);
  const high = durationFigure(highMs);
  if (low.unit !== high.unit) return `${written(low)} – ${written(high)}`;
  const joint = low.value.startsWith('−') ? ' to ' : '–';
  return `${low.value}${joint}${written(high)}`;
}

/** How many of how many, with its share: `3 of 1200 (0.25 %)`. */
export function formatLoss(lost: number, answered: number): string {
  const sent = lost + answered;
  if (sent === 0) return NOT_MEASURED;
  if (lost === 0) return `0 of ${sent}`;
  return `${lost} of ${sent} (${significant((100 * lost) / sent)} %)`;
}

/** A whole number of seconds for a countdown; never below zero. */
export function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** `1 second`, `12 seconds`. */
export function secondsInWords(ms: number): string {
  const seconds = wholeSeconds(ms);
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

/** A moment on the test's clock: `12.4 s`. */
export function formatAt(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Local date and time of an ISO stamp for people; the stamp itself if it cannot be read. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' }).format(date);
}

/** A rate beside the one that was wanted, in the same unit: `1.44 of 1.50 Mbit/s`. */
export function formatRateOf(mbps: number | null, wantedMbps: number): string {
  const { value, unit } = rateFigure(wantedMbps);
  if (mbps === null) return `${NOT_MEASURED} of ${value} ${unit}`;
  const units = { 'kbit/s': 1000, 'Mbit/s': 1, 'Gbit/s': 0.001 } as const;
  return `${significant(mbps * (units[unit as keyof typeof units] ?? 1))} of ${value} ${unit}`;
}

/** What load added, with its sign: `+20.8 ms`; never below zero, a dash where there is none. */
export function formatAdded(addedMs: number | null): string {
  return addedMs === null ? NOT_MEASURED : `+${formatMs(Math.max(0, addedMs))}`;
}

/** A share from 0 to 1 in percent: `98.7 %`, whole percents from 99.95 on; a dash where there is none. */
export function formatShare(share: number | null): string {
  return share === null ? NOT_MEASURED : `${significant(share * 100)} %`;
}
