/** What a line carries at least, by the most that arrived of all users together: the probes' share is measured by it. */
export class LineRate {
  readonly #most = { download: 0, upload: 0 };

  /** @param mbps over the last second */
  note(flow: 'download' | 'upload', mbps: number): void {
    this.#most[flow] = Math.max(this.#most[flow], mbps);
  }

  /** The slower direction's rate in Mbit/s; `undefined` until both have carried something. */
  get mbps(): number | undefined {
    const { download, upload } = this.#most;
    return download > 0 && upload > 0 ? Math.min(download, upload) : undefined;
  }
}
