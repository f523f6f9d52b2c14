// The applications, and which of them a setting on the command line is for.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './prepare.mjs';

export const applications = [
  { name: 'bufferbloat', title: 'bufferbloat test', prefix: 'ROWHOUSE' },
  { name: 'classroom', title: 'classroom', prefix: 'ROWHOUSE_CLASSROOM' },
].map((application) => ({ ...application, main: path.join(root, application.name, 'server/dist/main.js') }));

/** What is the same for both when both are started; every other setting that both have is the first one's. */
const shared = new Set(['production', 'log-level', 'ssl-certfile', 'ssl-keyfile']);
const booleans = new Set(['true', 'false', '1', '0', 'yes', 'no']);

/** The flags of each application: name without dashes → whether it takes a value. */
export async function readFlags() {
  const { listFields } = await load('foundation/service/dist/field-list.js');
  const flags = new Map();
  for (const { name, prefix } of applications) {
    const { configSchema } = await load(`${name}/server/dist/config.js`);
    const own = listFields(configSchema, prefix).map(({ flag, info }) => [flag, info.form !== 'boolean']);
    flags.set(name, new Map(own));
  }
  flags.get('bufferbloat').set('config', true);
  return flags;
}

/**
 * Deals the command line out to both applications.
 *
 * @returns the arguments of each by name, or the first argument that belongs to none as `unknown`
 */
export function dealOut(argv, flags) {
  const dealt = new Map(applications.map(({ name }) => [name, []]));
  for (let index = 0; index < argv.length; index++) {
    const [flag] = argv[index].startsWith('--') ? argv[index].slice(2).split('=') : [];
    const owners = flag === undefined ? [] : applications.filter(({ name }) => flags.get(name).has(flag));
    const [first] = owners;
    if (first === undefined) return { unknown: argv[index] };
    const taken = [argv[index]];
    const next = argv[index + 1];
    const takesNext = flags.get(first.name).get(flag) ? next !== undefined : booleans.has(String(next).toLowerCase());
    if (takesNext && !argv[index].includes('=')) taken.push(argv[++index]);
    for (const { name } of shared.has(flag) ? owners : [first]) dealt.get(name).push(...taken);
  }
  return { dealt };
}

const load = (file) => import(pathToFileURL(path.join(root, file)).href);
