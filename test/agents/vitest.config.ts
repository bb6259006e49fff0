import { defineConfig } from 'vitest/config'

/** The real programs of the agents, from npm. Apart from the other tests, since they have to be downloaded. */
export default defineConfig({
  test: {
    include: ['test/agents/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/agents/install.ts'],
    testTimeout: 300_000,
    reporters: ['verbose'],
    pool: 'forks',
    maxWorkers: 1,
  },
})
