// Checks the types of every TypeScript block of every README, against the built packages as they are published.
// `node scripts/ci/readme-types.mjs`; `--source` checks against the sources, where nothing was built.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { blocksOf, pages } from '../readme/blocks.mjs';
import { capture } from '../run/child.mjs';
import { inRoot } from '../run/root.mjs';

/** What the READMEs import of others, and a package that has it. */
const OTHERS = {
  '@azure/identity': 'cli',
  '@aws-sdk/client-s3': 'handler-s3',
  '@google-cloud/storage': 'handler-gcs',
  vitest: 'handler-core',
};

const folder = mkdtempSync(join(tmpdir(), 'readme-types-'));
try {
  const modules = join(folder, 'node_modules');
  const link = (target, name) => {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(target, join(modules, name), 'dir');
  };
  for (const name of readdirSync(inRoot('packages'))) {
    if (existsSync(inRoot('packages', name, 'package.json')))
      link(inRoot('packages', name), `@mesibo-files/${name}`);
  }
  for (const [name, owner] of Object.entries(OTHERS))
    link(inRoot('packages', owner, 'node_modules', name), name);
  link(inRoot('node_modules/@types/node'), '@types/node');
  cpSync(inRoot('scripts/readme/globals.d.ts'), join(folder, 'globals.d.ts'));
  const source = process.argv.includes('--source');
  const compilerOptions = {
    target: 'ES2023',
    lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    ...(source ? { customConditions: ['source'], allowImportingTsExtensions: true } : {}),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const places = new Map();
  for (const page of pages()) {
    for (const { line, text, language } of blocksOf(page)) {
      if (language !== 'ts') continue;
      const file = `${page.replaceAll(/[/.]/g, '-')}-${line}.ts`;
      places.set(file, { page, line });
      // Each block is a module of its own; what it does at its top may wait.
      writeFileSync(join(folder, file), `${text}\nexport {};\n`);
    }
  }
  const tsc = await capture(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', folder], {
    cwd: folder,
  });
  for (const told of tsc.stdout.split('\n').filter((each) => each !== '')) {
    const [, file, line, rest] = /^([^(]+)\((\d+),\d+\): (.*)$/.exec(told) ?? [];
    const place = places.get(file);
    console.error(place === undefined ? told : `${place.page}:${place.line + Number(line) - 1}: ${rest}`);
  }
  if (tsc.code === 0)
    console.log(`${places.size} blocks of ${pages().length} READMEs: their types are right`);
  process.exitCode = tsc.code;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
