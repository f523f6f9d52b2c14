const newline = 0x0a;

/** Cuts a byte stream into lines and never holds more than `limitBytes` of an unfinished one. */
export interface Lines {
  /** @returns false once a line was too long; nothing more is handed out then */
  push(chunk: Buffer): boolean;
}

export function createLines(limitBytes: number, onLine: (line: string) => void): Lines {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let refused = false;

  const take = (bytes: Buffer): boolean => {
    heldBytes += bytes.length;
    if (heldBytes > limitBytes) {
      refused = true;
      held = [];
      return false;
    }
    if (bytes.length > 0) held.push(bytes);
    return true;
  };

  return {
    push(chunk) {
      if (refused) return false;
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        if (!take(chunk.subarray(start, end))) return false;
        const line = Buffer.concat(held).toString('utf8');
        held = [];
        heldBytes = 0;
        start = end + 1;
        onLine(line);
      }
      return take(chunk.subarray(start));
    },
  };
}
