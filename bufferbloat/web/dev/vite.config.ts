import { defineConfig } from 'vite';

// Run it from the package: `npx vite dev --config dev/vite.config.ts`, then open /?state=running&theme=dark.
export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../public',
  resolve: { conditions: ['source'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../dist/dev', emptyOutDir: true },
  server: { host: '127.0.0.1', port: 8090, strictPort: true },
});
