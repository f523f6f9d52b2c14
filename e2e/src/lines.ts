import { createInterface } from 'node:readline';

/**
 * The first line of a program's output that matches, in full.
 * The stream is read on afterwards, so that the program never blocks on a full pipe. Rejects when it ends first.
 */
export function firstLine(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    if (stream === null) {
      reject(new Error('the program has no output to read'));
      return;
    }
    const seen: string[] = [];
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      const match = pattern.exec(line);
      if (match) resolve(match);
      else if (seen.length < 50) seen.push(line);
    });
    lines.on('close', () => reject(new Error(`ended before printing ${pattern.source}; printed:\n${seen.join('\n')}`)));
  });
}
