import { readFileSync } from 'node:fs';
import { closest } from './closest.ts';
import { ServiceError, systemReason } from './errors.ts';
import type { Field } from './field-list.ts';

/**
 * Reads a JSON configuration file and refuses keys that no field has.
 *
 * @throws ServiceError `ERR_CONFIG_FILE`, `ERR_CONFIG_UNKNOWN`
 */
export function readConfigFile(file: string, fields: readonly Field[]): unknown {
  const json = parse(file);
  if (!isObject(json)) throw new ServiceError('ERR_CONFIG_FILE', { file, reason: 'is not a JSON object' });
  refuseUnknownKeys(file, json, fields, []);
  return json;
}

/** The value at a path of keys; `undefined` where there is none. */
export function valueAt(json: unknown, path: readonly string[]): unknown {
  let value = json;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ServiceError('ERR_CONFIG_FILE', { file, reason: systemReason(error) });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'syntax error';
    throw new ServiceError('ERR_CONFIG_FILE', { file, reason: `is not valid JSON: ${reason}` });
  }
}

function refuseUnknownKeys(
  file: string,
  json: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  under: readonly string[],
): void {
  const depth = under.length;
  const here = fields.filter(({ path }) => under.every((key, index) => path[index] === key));
  const known = new Map(here.map(({ path }) => [path[depth], path.length === depth + 1]));
  for (const [key, value] of Object.entries(json)) {
    const path = [...under, key];
    const isLeaf = known.get(key);
    if (isLeaf === undefined) {
      const names = [...known.keys()].filter((name) => name !== undefined);
      throw new ServiceError('ERR_CONFIG_UNKNOWN', {
        source: `${file}: ${path.join('.')}`,
        closest: closest(key, names),
      });
    }
    if (isLeaf) continue;
    if (!isObject(value))
      throw new ServiceError('ERR_CONFIG_VALUE', { source: `${file}: ${path.join('.')}`, value, expects: 'an object' });
    refuseUnknownKeys(file, value, fields, path);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
