import type { Result, Throughput } from '@rowhouse/bufferbloat-protocol';
import type { LiveNumbers } from './live.ts';
import type { Progress } from './progress.ts';
import { formatMs, formatRate, secondsInWords } from './format.ts';
import { DIRECTION_DURING, DIRECTIONS, PHASE_WORDS } from './words.ts';

/** The charts of a result in words: where latency lay at rest and under each load, what was lost, how fast it went. */
export function describeResult(result: Result): string {
  const { latencyMs, throughputMbps, bidirectional } = result;
  const sentences: string[] = [];
  if (latencyMs.baseline.p50 !== null) {
    sentences.push(`At rest, the median round trip took ${formatMs(latencyMs.baseline.p50)}.`);
  }
  for (const direction of DIRECTIONS) {
    const { p50, p95, max } = latencyMs[direction];
    if (p50 === null) {
      sentences.push(`Nothing could be measured ${DIRECTION_DURING[direction]}.`);
      continue;
    }
    const high = p95 === null || max === null ? '' : `, with 5 % above ${formatMs(p95)} and a peak of ${formatMs(max)}`;
    sentences.push(`${capital(DIRECTION_DURING[direction])} it took ${formatMs(p50)}${high}.`);
  }
  const lost = DIRECTIONS.reduce((sum, direction) => sum + latencyMs[direction].lost, latencyMs.baseline.lost);
  sentences.push(lost === 0 ? 'No probe was lost.' : `${lost} ${lost === 1 ? 'probe was' : 'probes were'} lost.`);
  sentences.push(
    `Throughput was ${rate(throughputMbps.download)} down and ${rate(throughputMbps.upload)} up, ` +
      `and with both at once ${rate(bidirectional.download)} down and ${rate(bidirectional.upload)} up.`,
  );
  const gaps = result.gaps.length;
  if (gaps > 0) sentences.push(`${gaps === 1 ? 'One stretch' : `${gaps} stretches`} could not be measured.`);
  return sentences.join(' ');
}

/** The live charts in a sentence: the step, the latency now and the rates now. */
export function describeLive(progress: Progress, numbers: LiveNumbers): string {
  const now = progress.steps.find((step) => step.status === 'now');
  const parts = [
    now === undefined ? 'The test is starting.' : `${PHASE_WORDS[now.id].doing}.`,
    numbers.latencyMs === undefined ? '' : `Latency now ${formatMs(numbers.latencyMs)}.`,
    `Time left: ${secondsInWords(progress.leftMs)}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function rate({ mean }: Throughput): string {
  return mean === null ? 'an unknown rate' : formatRate(mean);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
