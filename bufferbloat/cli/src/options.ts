import { parseArgs } from 'node:util';
import { CliError } from './errors.ts';

export interface Options {
  /** Base address of the server, without path. */
  readonly server: URL;
  /** Where the result goes as JSON; `-` is standard output, then without the table. */
  readonly json: string | undefined;
  readonly csv: string | undefined;
  /** Multiplies every time of the plan; 1 is the real test. */
  readonly scale: number;
  readonly udp: boolean;
}

export const USAGE = `Usage: bufferbloat --server http://HOST:8000 [options]

Measures how much latency a line adds under load, in 40 seconds.

  --server URL   the test server (http or https)
  --json FILE    write the result as JSON; "-" prints it instead of the table
  --csv FILE     write the result as CSV; "-" prints it instead of the table
  --scale N      multiply every duration, 0.02 to 1 (default 1; less is for trying things out)
  --no-udp       probe by WebSocket only
  --help         show this
`;

/** Reads the command line; `undefined` if help is wanted. Throws `bad-usage` naming the flag at fault. */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parsed(args);
  if (values.help === true) return undefined;
  if (values.server === undefined) throw new CliError('bad-usage', '--server is missing');
  if (values.json === '-' && values.csv === '-') {
    throw new CliError('bad-usage', '--json and --csv cannot both go to standard output');
  }
  return {
    server: readServer(values.server),
    json: values.json,
    csv: values.csv,
    scale: readScale(values.scale ?? '1'),
    udp: values['no-udp'] !== true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: 'string' },
        json: { type: 'string' },
        csv: { type: 'string' },
        scale: { type: 'string' },
        'no-udp': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new CliError('bad-usage', sentence ?? 'the flags cannot be read');
  }
}

function readServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError('bad-usage', `--server must be an http or https address, not "${text}"`);
  }
  return new URL(url.origin);
}

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= 0.02 && scale <= 1)) throw new CliError('bad-usage', `--scale must be 0.02 to 1, not "${text}"`);
  return scale;
}
