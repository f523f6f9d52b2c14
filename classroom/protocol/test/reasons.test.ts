import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, endReasonSchema, limitsSchema, noticeReasonSchema, sentence } from '../src/index.ts';

const reasons = [...endReasonSchema.options, ...noticeReasonSchema.options];

describe('the sentence for a reason', () => {
  it.each(reasons)('%s: is whole sentences in plain words, for a script and for a REPL', (reason) => {
    for (const kind of ['script', 'repl'] as const) {
      expect(sentence(reason, DEFAULT_LIMITS, kind)).toMatch(/^[A-Z][^{}<>]+\.$/);
    }
  });

  it.each([
    ['memory-limit', { runMemoryBytes: 256 * 1024 * 1024 }, '256 MB'],
    ['cpu-limit', { runCpuMs: 10 * 60_000 }, '10 minutes'],
    ['cpu-limit', { runCpuMs: 1000 }, '1 second,'],
    ['wall-limit', { scriptWallMs: 3_600_000 }, '1 hour,'],
    ['wall-limit', { scriptWallMs: 5_400_000 }, '90 minutes'],
    ['waiting-limit', { waitingMs: 30 * 60_000 }, '30 minutes'],
    ['disk-limit', { diskFiles: 77 }, '77 files'],
    ['output-limit', { outputBytesPerS: 4 * 1024 * 1024 }, '4 MB a second'],
    ['abandoned', { abandonedMs: 20 * 60_000 }, '20 minutes'],
    ['process-limit', { runProcesses: 16 }, '16 processes'],
    ['file-size-limit', { fileBytes: 64 * 1024 * 1024 }, '64 MB'],
    ['open-files-limit', { openFiles: 256 }, '256 files'],
  ] as const)('%s: names the limit as it is set: %o', (reason, change, words) => {
    expect(sentence(reason, { ...DEFAULT_LIMITS, ...change }, 'script')).toContain(words);
  });

  it('tells a REPL its own time', () => {
    expect(sentence('wall-limit', DEFAULT_LIMITS, 'repl')).toContain('2 hours, the most a REPL may');
  });
});

describe('the limits', () => {
  it('are within their own bounds by default', () => {
    expect(limitsSchema.parse(DEFAULT_LIMITS)).toEqual(DEFAULT_LIMITS);
  });

  it.each(Object.keys(DEFAULT_LIMITS))('%s cannot be nothing, negative or a fraction', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN, '10', null]) {
      expect(limitsSchema.safeParse({ ...DEFAULT_LIMITS, [name]: value }).success).toBe(false);
    }
  });
});
