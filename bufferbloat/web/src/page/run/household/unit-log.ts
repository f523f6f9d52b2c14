import type { UnitRecord } from '@rowhouse/bufferbloat-engine';

const FIELDS = 5;
const FIRST_ROWS = 1024;

/** Messages of ticks, audio and video as they arrived, in 40 bytes each: a test brings up to a hundred thousand. */
export class UnitLog {
  #rows = new Float64Array(FIRST_ROWS * FIELDS);
  #length = 0;

  add(stream: number, sequence: number, dueMs: number, latenessMs: number, bytes: number): void {
    const at = this.#length * FIELDS;
    if (at === this.#rows.length) {
      const grown = new Float64Array(2 * at);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[at] = stream;
    this.#rows[at + 1] = sequence;
    this.#rows[at + 2] = dueMs;
    this.#rows[at + 3] = latenessMs;
    this.#rows[at + 4] = bytes;
    this.#length += 1;
  }

  records(): UnitRecord[] {
    return Array.from({ length: this.#length }, (_, row) => {
      const [stream = 0, sequence = 0, dueMs = 0, latenessMs = 0, bytes = 0] = this.#rows.subarray(
        row * FIELDS,
        (row + 1) * FIELDS,
      );
      return { stream, sequence, dueMs, latenessMs, bytes };
    });
  }
}
