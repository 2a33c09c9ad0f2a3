import { defineConfig } from 'vitest/config'

const unit = ['core', 'flow', 'io', 'cli', 'rules', 'policies', 'conformance', 'fuzz', 'controller', 'deploy']

/** One project per folder, so that `--project core` runs a layer alone; e2e is whatever ends in `.e2e.test.ts`. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    env: { TESTCONTAINERS_RYUK_DISABLED: 'true', NO_COLOR: '1' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      ...unit.map((name) => ({
        extends: true as const,
        test: { name, include: [`test/${name}/**/*.test.ts`], exclude: ['**/*.e2e.test.ts', '**/fixtures/**'] },
      })),
      { extends: true as const, test: { name: 'e2e', include: ['test/**/*.e2e.test.ts'], testTimeout: 120_000 } },
    ],
  },
})
