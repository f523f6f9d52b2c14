import type { Outcome } from './report.ts';

const SIZE = 560;
const MARGIN = 64;
const MIN_MS = 0.5;
const MAX_MS = 2000;
const TICKS_MS = [1, 5, 30, 60, 200, 400, 1000];

/** Measured against true added latency, both axes logarithmic, as an SVG that reads on light and on dark. */
export function accuracyPlot(outcomes: readonly Outcome[]): string {
  const grid = TICKS_MS.map(
    (ms) =>
      `<path d="M${x(ms)} ${y(MIN_MS)}V${y(MAX_MS)}M${x(MIN_MS)} ${y(ms)}H${x(MAX_MS)}" stroke="#8884" fill="none"/>` +
      `<text x="${x(ms)}" y="${SIZE - MARGIN + 18}" text-anchor="middle">${ms}</text>` +
      `<text x="${MARGIN - 8}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`,
  );
  const points = outcomes.flatMap(({ comparison }) =>
    comparison.latency.flatMap((one) => [
      `<circle cx="${x(one.truth.p50)}" cy="${y(one.measured.p50)}" r="4" fill="#0a7d6c" fill-opacity=".75"/>`,
      `<path d="M${x(one.truth.p95) - 4} ${y(one.measured.p95)}l4-4 4 4-4 4z" fill="#c2571a" fill-opacity=".75"/>`,
    ]),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" font-family="system-ui,sans-serif" font-size="12" fill="#777" role="img" aria-label="Measured against true added latency">`,
    ...grid,
    `<path d="M${x(MIN_MS)} ${y(MIN_MS)}L${x(MAX_MS)} ${y(MAX_MS)}" stroke="#888" stroke-dasharray="4 4" fill="none"/>`,
    ...points,
    `<text x="${SIZE / 2}" y="${SIZE - 16}" text-anchor="middle">true added latency, ms (kernel timestamps in the router)</text>`,
    `<text transform="translate(18 ${SIZE / 2}) rotate(-90)" text-anchor="middle">measured in the browser, ms</text>`,
    `<circle cx="${MARGIN + 16}" cy="${MARGIN}" r="4" fill="#0a7d6c"/><text x="${MARGIN + 28}" y="${MARGIN + 4}">median</text>`,
    `<path d="M${MARGIN + 12} ${MARGIN + 20}l4-4 4 4-4 4z" fill="#c2571a"/><text x="${MARGIN + 28}" y="${MARGIN + 24}">95th percentile</text>`,
    '</svg>\n',
  ].join('\n');
}

function x(ms: number): number {
  return round(MARGIN + share(ms) * (SIZE - 2 * MARGIN));
}

function y(ms: number): number {
  return round(SIZE - MARGIN - share(ms) * (SIZE - 2 * MARGIN));
}

function share(ms: number): number {
  const bounded = Math.min(MAX_MS, Math.max(MIN_MS, ms));
  return Math.log(bounded / MIN_MS) / Math.log(MAX_MS / MIN_MS);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
