import { type ErrorBody, FILE_ERRORS, type FileErrorCode } from '@rowhouse/classroom-protocol';
import { type FileErrorDetails, RuntimeError } from '@rowhouse/classroom-runtime';
import { ClassroomError } from '../http/errors.ts';

/** What a file request is answered with when it cannot be done. */
export interface FileAnswer {
  readonly status: number;
  readonly error: ErrorBody;
  readonly retryAfterS: number | undefined;
}

const SOON_S = 2;

/** The answer to an error of the rooms; `undefined` for one that is not theirs. */
export function fileAnswer(error: unknown): FileAnswer | undefined {
  if (!(error instanceof RuntimeError)) return undefined;
  const { code, details, message }: RuntimeError = error;
  const answer = (status: number, name: string, retryAfterS?: number): FileAnswer => ({
    status,
    error: { code: name, message },
    retryAfterS,
  });
  switch (code) {
    case 'ERR_FILE': {
      const name = (details as FileErrorDetails).code;
      return answer(FILE_ERRORS[name], name, FILE_ERRORS[name] === 503 ? SOON_S : undefined);
    }
    case 'ERR_LIMIT':
      return answer(429, 'limit-reached', SOON_S);
    case 'ERR_CAPACITY':
      return answer(503, 'at-capacity', 10);
    case 'ERR_ROOM_CLOSED':
    case 'ERR_ROOM_FAILED':
    case 'ERR_LAUNCHER':
      return answer(503, 'room-unavailable', SOON_S);
    case 'ERR_OFFSET':
    case 'ERR_PROCESS_ENDED':
      return undefined;
    default:
      return code satisfies never;
  }
}

/** The same as the rooms would say it. */
export function fileError(code: FileErrorCode, path: string): RuntimeError<'ERR_FILE'> {
  return new RuntimeError('ERR_FILE', { code, path });
}

export const badRequest = (message: string): ClassroomError => new ClassroomError('bad-request', { message });
