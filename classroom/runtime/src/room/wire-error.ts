/** The host said what it must not say: the room is closed. Its message is for logs, not for students. */
export class WireError extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`the room's host sent ${what}`, options);
    this.name = 'WireError';
  }
}
