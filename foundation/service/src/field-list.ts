import * as z from 'zod';
import { fieldInfos, type FieldInfo } from './fields.ts';

/** One setting and the names it goes by. */
export interface Field {
  /** Keys in the file, outermost first. */
  readonly path: readonly string[];
  /** Without the leading dashes. */
  readonly flag: string;
  readonly env: readonly string[];
  readonly info: FieldInfo;
  readonly schema: z.core.$ZodType & { safeParse: z.ZodType['safeParse'] };
}

/** `limits.loadsPerAddress` → flag `limits-loads-per-address`, variable `<PREFIX>_LIMITS_LOADS_PER_ADDRESS`. */
export function listFields(schema: z.ZodObject, prefix: string, under: readonly string[] = []): Field[] {
  return Object.entries(schema.shape).flatMap(([key, of]) => {
    const path = [...under, key];
    if (of instanceof z.ZodObject) return listFields(of, prefix, path);
    const info = fieldInfos.get(of);
    if (!info) throw new TypeError(`the setting ${path.join('.')} was not made by fields.ts`);
    const flag = path.map(kebab).join('-');
    const env = [`${prefix}_${flag.replaceAll('-', '_').toUpperCase()}`];
    if (info.alsoEnv !== undefined) env.push(info.alsoEnv);
    return [{ path, flag, env, info, schema: of as z.ZodType }];
  });
}

/** `anonymousMiB` → `anonymous-mib`, `outgoingGBPerDay` → `outgoing-gb-per-day`. */
function kebab(name: string): string {
  return name
    .replace(/MiB|GB/g, (unit) => `${unit[0] ?? ''}${unit.slice(1).toLowerCase()}`)
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
