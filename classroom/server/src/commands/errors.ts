/** What a command tells a person instead of doing what it was asked: one line, or a few. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
