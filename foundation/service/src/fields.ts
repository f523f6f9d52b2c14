import { isIP } from 'node:net';
import * as z from 'zod';

/** How a setting is written, explained and complained about; its value is checked by the zod schema itself. */
export interface FieldInfo {
  /** One line for `--help`. */
  readonly help: string;
  /** Ends the sentence `"x" is not …`. */
  readonly expects: string;
  /** How text from a flag or the environment becomes a value. A list is comma-separated there. */
  readonly form: 'number' | 'boolean' | 'text' | 'list';
  /** A further environment variable by which the setting is commonly known. */
  readonly alsoEnv?: string;
}

/** Every field made here; `loadConfig` finds a field's description by its schema. */
export const fieldInfos = z.registry<FieldInfo>();

interface Options<T> {
  readonly help: string;
  readonly default: T;
  readonly alsoEnv?: string;
}

const info = (options: Options<unknown>, form: FieldInfo['form'], expects: string): FieldInfo => ({
  help: options.help,
  expects,
  form,
  ...(options.alsoEnv === undefined ? {} : { alsoEnv: options.alsoEnv }),
});

/** A TCP port; 0 lets the system choose. */
export const port = (options: Options<number>) =>
  z
    .int()
    .min(0)
    .max(65_535)
    .default(options.default)
    .register(fieldInfos, info(options, 'number', 'a port (1-65535)'));

/** A whole number between two bounds, inclusive. */
export const wholeNumber = (options: Options<number> & { readonly min: number; readonly max: number }) =>
  z
    .int()
    .min(options.min)
    .max(options.max)
    .default(options.default)
    .register(fieldInfos, info(options, 'number', `a whole number from ${options.min} to ${options.max}`));

export const toggle = (options: Options<boolean>) =>
  z
    .boolean()
    .default(options.default)
    .register(fieldInfos, info(options, 'boolean', 'true or false'));

export const choice = <const T extends string>(options: Options<NoInfer<T>> & { readonly of: readonly T[] }) =>
  z
    .enum(options.of)
    .prefault(options.default)
    .register(fieldInfos, info(options, 'text', `one of ${options.of.join(', ')}`));

/** Any text of 1 to 4096 characters; absent: `null`. */
export const text = (options: Omit<Options<string>, 'default'> & { readonly expects: string }) =>
  z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .register(fieldInfos, info({ ...options, default: null }, 'text', options.expects));

/** Text with a default. */
export const textOr = (
  options: Options<string> & { readonly expects: string; readonly test: (value: string) => boolean },
) =>
  z
    .string()
    .refine(options.test)
    .default(options.default)
    .register(fieldInfos, info(options, 'text', options.expects));

/** An IP address; absent: `null`. */
export const ipAddress = (options: Omit<Options<string>, 'default'>) =>
  z
    .string()
    .refine((value) => isIP(value) !== 0)
    .nullable()
    .default(null)
    .register(fieldInfos, info({ ...options, default: null }, 'text', 'an IP address'));

/** Any number of texts, each passing `test`; empty by default. */
export const list = (options: {
  readonly help: string;
  readonly expects: string;
  readonly test: (value: string) => boolean;
}) =>
  z
    .array(z.string().refine(options.test))
    .default([])
    .register(fieldInfos, info({ ...options, default: [] }, 'list', options.expects));
