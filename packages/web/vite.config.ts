import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:5000';

export default defineConfig({
  plugins: [react()],
  build: {
    // The page's Content-Security-Policy allows no inline script and no data: font.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': server,
      '/trpc': server,
      '/model/': server,
      '/upload/tus': server,
      '/healthz': server,
      '^/objects/[^/]+/content': server,
    },
  },
});
