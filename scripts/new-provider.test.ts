import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProvider } from './new-provider/make.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'new-provider-'));
const packages = join(copy, 'packages');
let folder = '';

/** A workspace of one package, whose dependencies are those of the repository. */
beforeAll(() => {
  mkdirSync(packages);
  mkdirSync(join(copy, 'scripts/run'), { recursive: true });
  for (const file of ['tsconfig.base.json', 'vitest.config.ts', 'scripts/run/test-programs.mjs'])
    copyFileSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  folder = makeProvider('my-store', packages);
  symlinkSync(join(root, 'packages/handler-s3/node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(script: string, args: readonly string[], cwd: string) {
  return spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd,
    encoding: 'utf8',
  });
}

describe('new-provider', () => {
  it('makes a package that compiles', () => {
    const { status, stdout } = run('typescript/bin/tsc', ['-p', 'tsconfig.json'], folder);
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('leaves no placeholder, and names everything by the provider', () => {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(name).toBe('@mesibo-files/handler-my-store');
    const index = readFileSync(join(folder, 'src/index.ts'), 'utf8');
    expect(index).toContain('MyStoreFileTransferHandler');
    expect(index).toContain('myStoreSigner');
    expect(index).not.toContain('{{');
  });

  it('makes a suite whose cases fail by the method that is not written yet', () => {
    const args = ['run', '--reporter=json', '--root', copy];
    const { numTotalTests, testResults } = JSON.parse(run('vitest/vitest.mjs', args, copy).stdout);
    expect(numTotalTests).toBeGreaterThan(100);
    const failed = testResults[0].assertionResults.filter(
      ({ status }: { status: string }) => status === 'failed',
    );
    const unwritten = failed.filter(({ failureMessages: [message = ''] }: { failureMessages: string[] }) =>
      message.includes('is not written yet'),
    );
    expect(failed.length).toBeGreaterThan(numTotalTests * 0.8);
    expect(unwritten.length).toBeGreaterThan(failed.length * 0.8);
  });

  it.each(['', 'My', '1st', '../up', 'a--b', 'a-', 'a'.repeat(31)])('refuses the name "%s"', (name) => {
    expect(() => makeProvider(name, packages)).toThrow('The name must be');
  });

  it('changes no package that exists', () => {
    expect(() => makeProvider('my-store', packages)).toThrow('exists already');
  });
});
