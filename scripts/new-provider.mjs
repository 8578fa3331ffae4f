#!/usr/bin/env node
// npm run new-provider NAME: makes packages/handler-NAME, whose suite fails until it is a provider.
import { fileURLToPath } from 'node:url';
import { makeProvider } from './new-provider/make.mjs';

const [name = '', ...rest] = process.argv.slice(2);
if (name === '' || name.startsWith('-') || rest.length > 0) {
  console.error('usage: npm run new-provider NAME');
  process.exit(2);
}

try {
  makeProvider(name, fileURLToPath(new URL('../packages', import.meta.url)));
  console.log(`packages/handler-${name} is there. Now:

  npx pnpm install                                    link it to the other packages
  node scripts/ci/package-picture.mjs --write         draw it in CONTRIBUTING.md
  npm test -- handler-${name}                         see each case fail, and write the method it names
  npx biome check --write packages/handler-${name}    format it

Read docs/adding-a-provider.md.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
