// `npm run dev [bufferbloat|classroom]`: the servers restarted on every change of a source, the page rebuilt beside them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { bin, ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs';

ensureInstalled();
ensureBuilt();
const options = { cwd: root, stdio: 'inherit' };
// The page as well: the server holds it in memory. What is being read is replaced, never removed first.
const [first, ...rest] = process.argv.slice(2);
const classroom = first === 'classroom';
const own = classroom
  ? ['classroom/protocol', 'classroom/runtime', 'classroom/server']
  : ['bufferbloat/protocol', 'bufferbloat/engine', 'bufferbloat/server'];
const watched = ['foundation/service', 'foundation/supervisor', ...own]
  .map((folder) => `${folder}/dist`)
  .concat(classroom ? 'classroom/runtime/python' : 'bufferbloat/web/dist/page')
  .map((folder) => `--watch-path=${folder}`);
const main = `${classroom ? 'classroom' : 'bufferbloat'}/server/dist/main.js`;
const named = classroom || first === 'bufferbloat';
const argv = named || first === undefined ? rest : [first, ...rest];
const children = [
  spawn(bin('tsc'), ['-b', '--watch', '--preserveWatchOutput'], options),
  spawn(bin('vite'), ['build', '--watch', '--logLevel', 'warn', '--emptyOutDir', 'false'], {
    ...options,
    cwd: path.join(root, 'bufferbloat/web'),
  }),
  spawn(process.execPath, [...watched, main, ...argv], options),
];
const stop = () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
