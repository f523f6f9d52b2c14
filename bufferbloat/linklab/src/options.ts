import { parseArgs } from 'node:util';
import { LabError } from './errors.ts';
import { type LinkSpec, parseLink } from './link.ts';
import { SERVER_PORTS } from './product.ts';

export const USAGE = `usage: npm run lab -- --down RATE/QUEUE --up RATE/QUEUE [--rtt TIME] [--fair] [-- COMMAND [ARGUMENT ...]]

Runs the bufferbloat test, or COMMAND, across a link built in network namespaces and prints what the link did.

  --down, --up   rate and queue of a direction: 20mbit/200ms, 500kbit/30ms, 100mbit/64kb
  --rtt          round trip of the empty link: 20ms
  --fair         a short queue and a fair share for each user of the household, as smart queues would have it
  COMMAND        runs at the client; ROWHOUSE_URL is where it finds the server`;

export interface Options {
  readonly link: LinkSpec;
  /** What to run at the client; empty: the test. */
  readonly command: readonly string[];
}

/**
 * Reads the command line; `undefined` asks for the usage.
 *
 * Throws a `LabError` (`bad-option` or `bad-link`) whose message is one line for a person.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { down, up, rtt, fair, help } = parseFlags(args.slice(0, end));
  if (help === true) return undefined;
  if (down === undefined) throw missing('down');
  if (up === undefined) throw missing('up');
  const link = parseLink({ down, up, ...(rtt !== undefined && { rtt }) });
  const command = args.slice(end + 1);
  return { link: fair === true ? { ...link, fairPorts: SERVER_PORTS.userPorts } : link, command };
}

function missing(name: string): LabError {
  return new LabError('bad-option', `--${name} is missing, such as --${name} 20mbit/200ms`);
}

interface Flags {
  readonly down?: string;
  readonly up?: string;
  readonly rtt?: string;
  readonly fair?: boolean;
  readonly help?: boolean;
}

function parseFlags(args: string[]): Flags {
  const type = 'string';
  const options = {
    down: { type },
    up: { type },
    rtt: { type },
    fair: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new LabError('bad-option', error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}
