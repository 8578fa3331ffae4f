import { defineConfig } from 'vitest/config';

/** `*.real.test.ts` needs a server that npm can't install; it has a lane of its own (`npm run test:real`). */
const real = process.env.TEST_LANE === 'real';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: real
      ? ['{packages,examples}/*/**/*.real.test.ts']
      : ['{packages,examples,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(real ? [] : ['**/*.real.test.ts'])],
    // A test that wants a journal on the disk says where; none writes into the home of whoever runs it.
    env: { MESIBO_FILES_STATE: 'off' },
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/^@mesibo-files\//] } },
  },
});
