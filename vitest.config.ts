import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `*.real.test.ts` needs a server that npm can't install; it has a lane of its own (`npm run test:real`). */
const real = process.env.TEST_LANE === 'real';

/** The tests of one package, as in `packages/handler-s3`; without it, all. */
const { TEST_FOLDER: folder } = process.env;

const include = real
  ? ['{packages,examples}/*/**/*.real.test.ts']
  : [`${folder ?? '{packages,examples,scripts}'}/**/*.test.ts`];
const exclude = ['**/node_modules/**', '**/dist/**', ...(real ? [] : ['**/*.real.test.ts'])];

/** These measure or watch their process, or replace a module of Node in it: each has a process of its own. */
const APART = [
  'packages/conformance/test/simulator-even.test.ts',
  'packages/conformance/test/simulator-odd.test.ts',
  'packages/handler-core/src/runtime/many.test.ts',
  'packages/handler-core/src/node/default-journal.test.ts',
  'packages/handler-core/src/node/http-failures.test.ts',
  'packages/handler-core/src/transfers/stop-anywhere.test.ts',
  'packages/file-server/test/fuzz/fuzz.test.ts',
  'packages/handler-azure/test/delegation.test.ts',
];

const apart = real ? [] : APART.filter((path) => path.startsWith(folder ?? ''));

/** These run longest, so they start first; nothing waits for them at the end. */
const LONG =
  /\/test\/(?:[\w-]+\/)?(?:fuzz|(?:[\w-]+-)?conformance|kills|hostile|simulator|amazon|create-only|doctor|serve|transfers)/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // A test that wants a journal on the disk says where; none writes into the home of whoever runs it.
    // The gate plays with `CASES=all` what is left out here; CONTRIBUTING says what.
    env: { MESIBO_FILES_STATE: 'off', CASES: process.env.CASES ?? 'some' },
    globalSetup: ['scripts/run/test-programs.mjs'],
    pool: 'forks',
    // Many tests wait (for a socket, a lease, a child process), so more of them run than there are cores.
    maxWorkers: 5,
    // Against what hangs for ever; on a machine that does ten other things, honest processes take a minute.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongFirst },
    unstubEnvs: true,
    restoreMocks: true,
    server: { deps: { inline: [/^@mesibo-files\//] } },
    projects: [
      // One process runs many files: loading the packages again for each file costs more than the tests do.
      { extends: true, test: { name: 'shared', isolate: false, include, exclude: [...exclude, ...APART] } },
      { extends: true, test: { name: 'apart', include: apart, exclude } },
    ],
  },
});
