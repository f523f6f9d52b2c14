import { commandLine, family, memoryOf } from '../shared/processes.ts';

/** The most that one renderer process held at any moment, in bytes. */
export interface Peak {
  readonly rss: number;
  readonly pss: number;
  /** How often that process was looked at. */
  readonly samples: number;
}

/**
 * Samples every renderer of browsers that this process starts. The page's own is the one whose peak is highest: the
 * others are spares that the browser keeps for the next tab.
 */
export function watchRenderers(everyMs: number): { stop(): void; peak(): Peak } {
  const peaks = new Map<number, Peak>();
  const timer = setInterval(() => {
    for (const pid of family(process.pid)) {
      if (!commandLine(pid).includes('--type=renderer')) continue;
      const memory = memoryOf(pid);
      if (memory === undefined) continue;
      const known = peaks.get(pid) ?? { rss: 0, pss: 0, samples: 0 };
      peaks.set(pid, {
        rss: Math.max(known.rss, memory.rssBytes),
        pss: Math.max(known.pss, memory.pssBytes),
        samples: known.samples + 1,
      });
    }
  }, everyMs);
  return {
    stop: () => clearInterval(timer),
    peak: () =>
      [...peaks.values()].reduce((most, each) => (each.pss > most.pss ? each : most), { rss: 0, pss: 0, samples: 0 }),
  };
}
