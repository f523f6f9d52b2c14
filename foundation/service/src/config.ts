import { parseArgs, type ParseArgsConfig } from 'node:util';
import type * as z from 'zod';
import { closest } from './closest.ts';
import { readConfigFile, valueAt } from './config-file.ts';
import { ServiceError } from './errors.ts';
import { listFields, type Field } from './field-list.ts';

export interface ConfigInput<S extends z.ZodObject> {
  /** Fields made by `fields.ts`, or nested objects of such. */
  readonly schema: S;
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prefix of environment variables, such as `ROWHOUSE`. */
  readonly prefix: string;
}

/**
 * Reads the configuration: flags win over the environment, that over the file, that over the defaults. The file is
 * JSON with the nesting of the schema, named by `--config` or `<PREFIX>_CONFIG`.
 *
 * @throws ServiceError `ERR_CONFIG_*`; its message is one line that names the source and the setting
 */
export function loadConfig<S extends z.ZodObject>(input: ConfigInput<S>): z.output<S> {
  const fields = listFields(input.schema, input.prefix);
  const flags = readFlags(fields, input.argv);
  const configEnv = `${input.prefix}_CONFIG`;
  const file = flags.get('config')?.at(-1) ?? (input.env[configEnv] || undefined);
  const fromFile = file === undefined ? undefined : readConfigFile(file, fields);
  const config: Record<string, unknown> = {};
  for (const field of fields) {
    const found = fromText(field, flags, input.env) ?? fromJson(field, file, fromFile);
    put(config, field.path, check(field, found));
  }
  return input.schema.parse(config);
}

interface Found {
  /** Where the value was written: `--port`, `ROWHOUSE_PORT`, `rowhouse.json: port`. */
  readonly source: string;
  readonly value: unknown;
}

function fromText(
  field: Field,
  flags: ReadonlyMap<string, readonly string[]>,
  env: ConfigInput<z.ZodObject>['env'],
): Found | undefined {
  const given = flags.get(field.flag);
  if (given) {
    const text = field.info.form === 'list' ? given.join(',') : given.at(-1);
    return { source: `--${field.flag}`, value: convert(field, text ?? '') };
  }
  for (const name of field.env) {
    const text = env[name];
    if (text !== undefined && text !== '') return { source: name, value: convert(field, text) };
  }
  return undefined;
}

function fromJson(field: Field, file: string | undefined, json: unknown): Found | undefined {
  const value = valueAt(json, field.path);
  return value === undefined ? undefined : { source: `${file}: ${field.path.join('.')}`, value };
}

function check(field: Field, found: Found | undefined): unknown {
  const result = field.schema.safeParse(found?.value);
  if (result.success) return result.data;
  const { source, value } = found ?? { source: field.path.join('.'), value: undefined };
  throw new ServiceError('ERR_CONFIG_VALUE', {
    source,
    value: culprit(value, result.error),
    expects: field.info.expects,
  });
}

/** The entry of a list that is wrong, rather than the whole list. */
function culprit(value: unknown, error: z.ZodError): unknown {
  const index = error.issues[0]?.path[0];
  return Array.isArray(value) && typeof index === 'number' ? (value as unknown[])[index] : value;
}

/** Text that does not look like the wanted form stays text, which the schema then refuses and the error quotes. */
function convert(field: Field, text: string): unknown {
  switch (field.info.form) {
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return BOOLEANS.get(text.toLowerCase()) ?? text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
      return text;
    default:
      return field.info.form satisfies never;
  }
}

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

function readFlags(fields: readonly Field[], argv: readonly string[]): Map<string, string[]> {
  const options: NonNullable<ParseArgsConfig['options']> = { config: { type: 'string' } };
  for (const { flag, info } of fields) options[flag] = { type: info.form === 'boolean' ? 'boolean' : 'string' };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const flags = new Map<string, string[]>();
  /** Values of a yes-or-no flag without one of its own yet: `--quiet false` is as good as `--quiet=false`. */
  let bare: string[] | undefined;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional' && bare && BOOLEANS.has(token.value.toLowerCase())) {
      bare.splice(-1, 1, token.value);
      bare = undefined;
      continue;
    }
    if (token.kind === 'positional') throw new ServiceError('ERR_CONFIG_ARGUMENT', { argument: token.value });
    const option = options[token.name];
    if (!option || !token.rawName.startsWith('--')) {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new ServiceError('ERR_CONFIG_UNKNOWN', { source: token.rawName, closest: closest(token.rawName, names) });
    }
    if (option.type === 'string' && (token.value === undefined || token.value === '')) {
      const field = fields.find(({ flag }) => flag === token.name);
      const expects = field?.info.expects ?? 'the name of a JSON file';
      throw new ServiceError('ERR_CONFIG_MISSING_VALUE', { source: token.rawName, expects });
    }
    const values = [...(flags.get(token.name) ?? []), token.value ?? 'true'];
    flags.set(token.name, values);
    bare = option.type === 'boolean' && token.value === undefined ? values : undefined;
  }
  return flags;
}

function put(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else put((target[key] ??= {}) as Record<string, unknown>, rest, value);
}
