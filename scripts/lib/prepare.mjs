// Brings a fresh clone to a runnable state and costs almost nothing when it already is.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const stampFolder = path.join(root, 'node_modules', '.rowhouse');
const sourceFolders = ['foundation', 'bufferbloat', 'classroom', 'e2e', 'bench'];
const buildResults = [
  'bufferbloat/server/dist/main.js',
  'bufferbloat/web/dist/page/index.html',
  'classroom/server/dist/main.js',
];
/** Folders that hold no source of the build: a saved result of a benchmark must not lead to a new one. */
const notSources = new Set(['node_modules', 'dist', 'test', 'results']);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Ends the process with one clear line when this Node is too old to run anything here. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Rowhouse needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

/** Prints one line to standard error and exits with 1. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Runs a command in the repository's root with its output shown; returns its exit code. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

/** The path of a tool that an installed dependency brings. */
export function bin(name) {
  return path.join(root, 'node_modules', '.bin', name);
}

/** Installs the dependencies when the lock file is not the one they were installed from. */
export function ensureInstalled() {
  requireNode();
  const digest = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (readStamp('installed') === digest) return;
  process.stdout.write('Installing dependencies…\n');
  // Not `npm ci`: it refuses a lock file that does not list the optional binaries of every other platform.
  const code = run(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) fail(`npm install ended with ${code}: the dependencies could not be installed.`);
  writeStamp('installed', digest);
}

/** Compiles the packages and bundles the page when a source is newer than the last build. */
export function ensureBuilt() {
  const newest = newestSource();
  if (readStamp('built') === newest && buildResults.every((file) => existsSync(path.join(root, file)))) return;
  process.stdout.write('Building…\n');
  build();
  writeStamp('built', newest);
}

/** Compiles the packages and bundles the page; exits when either fails. */
export function build() {
  if (run(bin('tsc'), ['-b']) !== 0) fail('The TypeScript build failed; its messages are above.');
  const web = path.join(root, 'bufferbloat/web');
  if (run(bin('vite'), ['build', '--logLevel', 'warn'], { cwd: web }) !== 0) fail('The page could not be bundled.');
}

function newestSource() {
  let newestMs = 0;
  let files = 0;
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (notSources.has(entry.name)) continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(full);
      else {
        files++;
        newestMs = Math.max(newestMs, statSync(full).mtimeMs);
      }
    }
  };
  for (const folder of sourceFolders) visit(path.join(root, folder));
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json']) {
    newestMs = Math.max(newestMs, statSync(path.join(root, file)).mtimeMs);
  }
  return `${files}:${newestMs}`;
}

function readStamp(name) {
  const file = path.join(stampFolder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function writeStamp(name, text) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(path.join(stampFolder, name), text);
}
