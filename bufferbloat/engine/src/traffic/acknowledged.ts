/** What of a connection has arrived by the other side's word: the header's 32 bits, unwrapped. */
export class Acknowledged {
  #bytes = 0;

  /** Bytes that arrived. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the count of a header.
   *
   * @param sentBytes handed to the socket so far
   * @returns `false`, having changed nothing, for a count of what was never sent
   */
  note(ackBytes: number, sentBytes: number): boolean {
    const bytes = this.#bytes + ((ackBytes - this.#bytes) >>> 0);
    if (bytes > sentBytes) return false;
    this.#bytes = bytes;
    return true;
  }
}
