// `npm run dev`: the servers restarted on every change of a source, the page rebuilt beside them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { bin, ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs';

ensureInstalled();
ensureBuilt();
const options = { cwd: root, stdio: 'inherit' };
// The page as well: the server holds it in memory. What is being read is replaced, never removed first.
const watched = [
  'foundation/service',
  'foundation/supervisor',
  'bufferbloat/protocol',
  'bufferbloat/engine',
  'bufferbloat/server',
]
  .map((folder) => `${folder}/dist`)
  .concat('bufferbloat/web/dist/page')
  .map((folder) => `--watch-path=${folder}`);
const children = [
  spawn(bin('tsc'), ['-b', '--watch', '--preserveWatchOutput'], options),
  spawn(bin('vite'), ['build', '--watch', '--logLevel', 'warn', '--emptyOutDir', 'false'], {
    ...options,
    cwd: path.join(root, 'bufferbloat/web'),
  }),
  spawn(process.execPath, [...watched, 'bufferbloat/server/dist/main.js', ...process.argv.slice(2)], options),
];
const stop = () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
