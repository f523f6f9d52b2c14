import type { Problem } from '../http/errors.ts';

/** What a command tells a person instead of doing what it was asked: one line, or a few. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What the classroom objects to; in a list, line by line. */
export function objection(message: string, problems: readonly Problem[] = []): CommandError {
  return new CommandError(
    [message, ...problems.map((problem) => `  line ${problem.line}: ${problem.message}`)].join('\n'),
  );
}
