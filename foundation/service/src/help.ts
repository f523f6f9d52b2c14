import type * as z from 'zod';
import { listFields } from './field-list.ts';

/** The list of settings for `--help`: flag, what it is, default, environment variable. */
export function describeSettings(schema: z.ZodObject, prefix: string): string {
  const lines = listFields(schema, prefix).map(({ flag, info, env, schema: field }) => {
    const value = info.form === 'boolean' ? '' : ` ${PLACEHOLDERS[info.form]}`;
    const fallback: unknown = field.safeParse(undefined).data;
    const empty = fallback === null || fallback === false || (Array.isArray(fallback) && fallback.length === 0);
    const shown = empty ? '' : ` [${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}]`;
    return `  --${flag}${value}\n      ${info.help}${shown} (${env.join(', ')})`;
  });
  return lines.join('\n');
}

const PLACEHOLDERS = { number: 'N', text: 'TEXT', list: 'A,B,…' } as const;
