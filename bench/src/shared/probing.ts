import { setTimeout as sleep } from 'node:timers/promises';
import { encodeProbe } from '@rowhouse/bufferbloat-protocol';
import type { Echo } from './echoes.ts';

/** How probes came back. */
export interface ProbeRun {
  readonly rttsMs: readonly number[];
  readonly unanswered: number;
}

/** Sends probes open-loop, on schedule whatever has come back, and waits a second for the last answers. */
export async function probe(echo: Echo, options: { perS: number; seconds: number }): Promise<ProbeRun> {
  const { perS, seconds } = options;
  const sentMs = new Map<number, number>();
  const rttsMs: number[] = [];
  echo.onAnswer((sequence) => {
    const sent = sentMs.get(sequence);
    if (sent !== undefined) rttsMs.push(performance.now() - sent);
    sentMs.delete(sequence);
  });
  const startMs = performance.now();
  for (let sequence = 0; sequence < perS * seconds; sequence += 1) {
    const waitMs = startMs + (sequence * 1000) / perS - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const nowMs = performance.now();
    sentMs.set(sequence, nowMs);
    echo.send(sequence, encodeProbe({ sequence, timeMs: performance.timeOrigin + nowMs }));
  }
  for (let waits = 0; sentMs.size > 0 && waits < 20; waits += 1) await sleep(50);
  return { rttsMs, unanswered: sentMs.size };
}
