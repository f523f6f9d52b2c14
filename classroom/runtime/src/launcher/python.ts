import path from 'node:path';
import * as z from 'zod';
import { runCommand } from './command.ts';
import type { Owner } from './folders.ts';

export interface Python {
  readonly path: string;
  /** Such as `3.11.2`. */
  readonly version: string;
  /** Folders outside /usr that it needs: a room must show them. */
  readonly folders: readonly string[];
  /** Its version; `null`: it is not installed. */
  readonly matplotlib: string | null;
}

const CANDIDATES = ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/python/bin/python3'];

const PROBE = `
import importlib.metadata, json, os, platform, sys
try:
  matplotlib = importlib.metadata.version('matplotlib')
except importlib.metadata.PackageNotFoundError:
  matplotlib = None
folders = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, os.path.dirname(os.path.realpath(sys.executable))}
print(json.dumps({
  'version': platform.python_version(), 'enough': sys.version_info >= (3, 9), 'linux': sys.platform == 'linux',
  'folders': sorted(folders), 'matplotlib': matplotlib}))
`;

const VERSION = /^\w[\w.+-]{0,39}$/;
const probeSchema = z.object({
  version: z.string().regex(VERSION),
  enough: z.boolean(),
  linux: z.boolean(),
  folders: z.array(z.string()),
  matplotlib: z.string().regex(VERSION).nullable(),
});

/**
 * The interpreter for rooms: it must run as a student does.
 *
 * @param configured a path; `null`: the first of the usual ones that is good enough
 * @param student whom to try it as; `undefined`: as this user
 * @returns a sentence when there is none
 */
export async function findPython(configured: string | null, student: Owner | undefined): Promise<Python | string> {
  const reasons: string[] = [];
  for (const candidate of configured === null ? CANDIDATES : [configured]) {
    const found = path.isAbsolute(candidate) ? await probe(candidate, student) : `${candidate} is not an absolute path`;
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  return reasons.join('; ');
}

async function probe(candidate: string, student: Owner | undefined): Promise<Python | string> {
  const result = await runCommand(candidate, ['-I', '-c', PROBE], { user: student });
  if (result.code !== 0) return `${candidate} does not run as a student's user`;
  const said = parse(result.stdout);
  if (said === undefined) return `${candidate} is not Python`;
  if (!said.enough || !said.linux) return `${candidate} is ${said.version}; 3.9 or newer is needed`;
  const folders = said.folders.filter((folder) => path.isAbsolute(folder) && !isBelowUsr(folder) && folder !== '/');
  return {
    path: candidate,
    version: said.version,
    folders: [...new Set([...folders, ...(isBelowUsr(candidate) ? [] : [path.dirname(candidate)])])],
    matplotlib: said.matplotlib,
  };
}

function parse(text: string): z.infer<typeof probeSchema> | undefined {
  try {
    return probeSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isBelowUsr(folder: string): boolean {
  return folder === '/usr' || folder.startsWith('/usr/');
}
