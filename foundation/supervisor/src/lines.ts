const newline = 0x0a;

export interface LineReader {
  /** Answers false once a line exceeded the limit and was not to be split, after which nothing more is read. */
  push(chunk: Buffer): boolean;
  /** The stream is over: hands out what was left without a newline. */
  end(): void;
}

/**
 * Cuts a byte stream into lines and never holds more than `limitBytes` of an unfinished one. A longer line either ends
 * the reading, without being handed out, or is split into several.
 */
export function createLineReader(
  limitBytes: number,
  longLines: 'refuse' | 'split',
  onLine: (line: string) => void,
): LineReader {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let refused = false;

  const hold = (bytes: Buffer): void => {
    pending.push(bytes);
    pendingBytes += bytes.length;
  };

  const handOut = (): void => {
    const line = Buffer.concat(pending).toString('utf8');
    pending = [];
    pendingBytes = 0;
    onLine(line);
  };

  const add = (bytes: Buffer): void => {
    let rest = bytes;
    while (pendingBytes + rest.length > limitBytes) {
      if (longLines === 'refuse') {
        refused = true;
        pending = [];
        return;
      }
      const fits = limitBytes - pendingBytes;
      hold(rest.subarray(0, fits));
      handOut();
      rest = rest.subarray(fits);
    }
    if (rest.length > 0) hold(rest);
  };

  return {
    push(chunk) {
      if (refused) return false;
      let start = 0;
      for (let found = chunk.indexOf(newline); found !== -1; found = chunk.indexOf(newline, start)) {
        add(chunk.subarray(start, found));
        if (refused) return false;
        handOut();
        start = found + 1;
      }
      add(chunk.subarray(start));
      return !refused;
    },
    end() {
      if (pendingBytes > 0 && !refused) handOut();
    },
  };
}
