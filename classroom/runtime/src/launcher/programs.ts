import { copyFileSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { runCommand } from './command.ts';
import { ensureFolder, type Owner, ownUser } from './folders.ts';
import type { Python } from './python.ts';

/** Says every module compiled, on standard output: what a student's user computes is never run as another's. */
const COMPILE = `
import ast, base64, importlib.util, json, marshal, os, sys
root = sys.argv[1]
UNCHECKED = b'\\x01\\0\\0\\0'  # made of that source for certain: nobody else writes there
# Every room would hold what only readers of the source need: docstrings, and what types its functions take.
class Stripped(ast.NodeTransformer):
  def visit_FunctionDef(self, node):
    node.returns = None
    return self.generic_visit(node)
  def visit_arg(self, node):
    node.annotation = None
    return node
def compiled(file):
  with open(file, 'rb') as opened:
    source = opened.read()
  code = compile(Stripped().visit(ast.parse(source)), file, 'exec', dont_inherit=True, optimize=2)
  return importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)
out = {}
for folder, folders, names in os.walk(root):
  folders[:] = [f for f in folders if f != '__pycache__']
  for name in names:
    if name.endswith('.py'):
      file = os.path.join(folder, name)
      out[os.path.relpath(importlib.util.cache_from_source(file), root)] = base64.b64encode(compiled(file)).decode()
print(json.dumps(out))
`;

const compiledSchema = z.record(z.string().regex(/^([A-Za-z0-9_]+\/)*__pycache__\/[A-Za-z0-9_.-]+\.pyc$/), z.string());

/**
 * What is compiled is this user's own copy, before any room is open, by a user that no student's process ever is; and only
 * this user writes it to its place, under names that were checked. So nothing of a student has a hand in it.
 */
async function compile(python: Python, folder: string, compiler: Owner | undefined): Promise<void> {
  // A trusted program, but root runs no interpreter that it need not.
  const result = await runCommand(python.path, ['-I', '-c', COMPILE, folder], { user: compiler, timeoutMs: 30_000 });
  const compiled = result.code === 0 ? parse(result.stdout) : undefined;
  for (const [name, code] of Object.entries(compiled ?? {})) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, Buffer.from(code, 'base64'), { mode: 0o644 });
  }
}

/**
 * Copies our Python programs to where students' users can read them and nobody but this user can write: the repository
 * may lie in somebody's home. Compiled as well, which spares every room the time.
 *
 * @param host a program in place of the session host, for tests
 * @param compiler whose processes no student can reach; `undefined`: this user
 */
export async function installPrograms(
  source: string,
  target: string,
  host: string | undefined,
  python: Python | undefined,
  compiler: Owner | undefined,
): Promise<void> {
  for (const name of readdirSync(target)) rmSync(path.join(target, name), { recursive: true, force: true });
  copyFolder(source, target);
  if (host !== undefined) copyFileSync(host, path.join(target, 'host.py'));
  writeFileSync(
    path.join(target, 'passwd'),
    'root:x:0:0::/nonexistent:/bin/false\nstudent:x:1000:1000::/workspace:/bin/sh\n',
  );
  writeFileSync(path.join(target, 'group'), 'root:x:0:\nstudent:x:1000:\n');
  writeFileSync(path.join(target, 'hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  if (python !== undefined) await compile(python, target, compiler);
}

function copyFolder(source: string, target: string): void {
  ensureFolder(target, ownUser(), 0o755);
  for (const name of readdirSync(source)) {
    const from = path.join(source, name);
    const found = lstatSync(from);
    if (found.isDirectory() && name !== '__pycache__') copyFolder(from, path.join(target, name));
    else if (found.isFile()) copyFileSync(from, path.join(target, name));
  }
}

function parse(text: string): Record<string, string> | undefined {
  try {
    return compiledSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
