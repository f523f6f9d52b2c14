import { STREAM } from '@rowhouse/classroom-protocol';

/** Puts a process's pictures together from their parts. */
export interface FigureParts {
  /** @returns the picture when it is whole, `too-large` once when it is beyond what may be shown */
  push(part: Buffer, last: boolean): Buffer | 'too-large' | undefined;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function createFigureParts(): FigureParts {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  return {
    push(part, last) {
      sizeBytes += part.length;
      const fits = sizeBytes <= STREAM.figureBytes;
      // A copy: a small part would keep the whole buffer that it was received in.
      if (fits && part.length > 0) parts.push(Buffer.from(part));
      else if (!fits) parts = [];
      if (!last) return undefined;
      const picture = Buffer.concat(parts);
      parts = [];
      sizeBytes = 0;
      if (!fits) return 'too-large';
      // Whoever looks on is told that it is a PNG.
      return picture.subarray(0, PNG.length).equals(PNG) ? picture : undefined;
    },
  };
}
