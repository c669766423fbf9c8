import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => resolve(import.meta.dirname, path);

/** Native or provided by the runtime: everything else is bundled, so that start-up reads few files. */
const external = ['electron', 'koffi'];

/** The pinned Electron, so that the app can say when it runs on another. */
const { version } = JSON.parse(readFileSync(at('node_modules/electron/package.json'), 'utf8')) as { version: string };

export default defineConfig({
  main: {
    define: { SHIPPED_ELECTRON: JSON.stringify(version) },
    build: {
      outDir: at('out/app/main'),
      externalizeDeps: false,
      minify: true,
      sourcemap: true,
      rollupOptions: {
        external,
        input: {
          index: at('main/index.ts'),
          'card-process': at('main/card/process.ts'),
          'pkcs11-process': at('main/card/pkcs11/process.ts'),
          'record-worker': at('main/sources/record-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/app/preload'),
      minify: true,
      externalizeDeps: false,
      rollupOptions: {
        external,
        input: { index: at('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/app/renderer'),
      minify: true,
      rollupOptions: { input: { index: at('renderer/index.html') } },
    },
  },
});
