import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createPage, loadPages } from '../../src/main-server/pages.ts';

it('loads a built page by its URLs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowhouse-pages-'));
  try {
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(path.join(folder, 'assets/page-1a2b.js'), 'let x = 1;');
    const pages = loadPages(folder);
    expect([...pages.keys()].toSorted()).toEqual(['/', '/assets/page-1a2b.js', '/index.html']);
    expect(pages.get('/')).toBe(pages.get('/index.html'));
    expect(pages.get('/')?.cacheControl).toBe('no-cache');
    expect(pages.get('/assets/page-1a2b.js')?.cacheControl).toContain('immutable');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('is empty when the page was not built', () => {
  expect(loadPages('/nowhere/at/all').size).toBe(0);
});

it('keeps a packed body only where it is smaller', () => {
  const long = createPage('/a.css', Buffer.from('p { color: red }\n'.repeat(100)));
  expect(brotliDecompressSync(long.bodies.br ?? Buffer.alloc(0))).toEqual(long.bodies.identity);
  expect(gunzipSync(long.bodies.gzip ?? Buffer.alloc(0))).toEqual(long.bodies.identity);
  expect(Object.keys(createPage('/a.css', Buffer.from('p')).bodies)).toEqual(['identity']);
  expect(Object.keys(createPage('/a.png', Buffer.alloc(1000)).bodies)).toEqual(['identity']);
  expect(createPage('/a.css', Buffer.from('a')).etag).not.toBe(createPage('/a.css', Buffer.from('b')).etag);
});
