/** Everything that can go wrong in a lab, by stable code. */
export type LabErrorCode =
  | 'bad-link' // a rate, queue or round trip that cannot be built
  | 'bad-option' // a flag of the command that it does not know or that lacks its value
  | 'cannot-run' // no root, not Linux, or a system tool is missing
  | 'setup-failed' // the kernel refused a step of the set-up
  | 'program-failed' // one of the lab's own programs did not start or ended early
  | 'capture-failed' // the recording is unusable: unreadable, or the kernel dropped packets from it
  | 'outside-recording'; // a window that the recording does not cover

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
