import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'models/**/*.test.ts', 'chaos/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/db/src/testing-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is polled for is late on a busy machine, and a test that fails then says nothing.
    expect: { poll: { timeout: 15_000 } },
  },
});
