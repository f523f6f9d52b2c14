import type { z } from 'zod';
import { ClassroomError } from './errors.ts';

const SHOWN = 3;

/** What a request says, checked. @throws ClassroomError `bad-request`, naming the fields, never their values */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, SHOWN).map(({ path, message }) => {
    return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
  });
  throw new ClassroomError('bad-request', {
    message: `The request is not what is expected here. ${issues.join('; ')}`,
  });
}
