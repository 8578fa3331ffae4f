import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChild } from './child.mjs';
import { demo } from './demo.mjs';
import { pack } from './pack.mjs';
import { peers } from './peers.mjs';
import { withRealServers } from './real-servers.mjs';
import { inRoot, root } from './root.mjs';

const { INIT_CWD: calledFrom = process.cwd() } = process.env;

const ENVIRONMENT = {
  TSX_TSCONFIG_PATH: inRoot('tsconfig.base.json'),
  // A note for developers: what is installed runs on every Node that package.json allows.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** No journal in the home of whoever tries it. */
const NOTHING_KEPT = { MESIBO_FILES_STATE: 'off' };

/** Runs a TypeScript file of the repository, in the folder where npm was called: relative paths mean what they say. */
const typescript =
  (file, more = {}) =>
  (rest) =>
    runChild(
      process.execPath,
      [
        '--conditions=source',
        `--import=${pathToFileURL(inRoot('node_modules/tsx/dist/loader.mjs'))}`,
        inRoot(file),
        ...rest,
      ],
      { cwd: calledFrom, env: { ...ENVIRONMENT, ...more } },
    );

const vitest = (rest, env) =>
  runChild(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', ...rest], { cwd: root, env });

/** A package's `npm test` runs its own tests: npm runs a script in the folder of its package.json. */
function testFolder() {
  const folder = relative(root, process.cwd()).replaceAll('\\', '/');
  return /^(packages|examples)\/[^/]+$/.test(folder) ? { TEST_FOLDER: folder } : {};
}

/** The name of a package means all of its tests and no other's; what else is given, vitest looks for in file names. */
function packageOrFilter(argument) {
  return /^[\w-]+$/.test(argument) && existsSync(inRoot('packages', argument, 'package.json'))
    ? `packages/${argument}/`
    : argument;
}

/** Each takes the remaining arguments and answers the exit code. */
export const commands = {
  demo: (rest) => demo(rest, (cloud) => typescript(`examples/${cloud}/src/main.ts`, NOTHING_KEPT)),
  test: (rest) => vitest(rest.map(packageOrFilter), testFolder()),
  'test-real': (rest) => withRealServers((env) => vitest(rest, { ...env, TEST_LANE: 'real' })),
  soak: typescript('packages/conformance/src/simulator/main.ts', NOTHING_KEPT),
  bench: typescript('benchmarks/src/main.ts', NOTHING_KEPT),
  'local-cloud': typescript('packages/local-cloud/src/main.ts'),
  cli: typescript('packages/cli/src/main.ts'),
  'test-peers': (rest) => peers(rest, vitest),
  pack,
  'test-clients': typescript('packages/file-server/test/clients/run/main.ts', NOTHING_KEPT),
};
