import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedPackages } from './run/pack.mjs';
import { inRoot } from './run/root.mjs';

const root = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const packages = publishedPackages();

describe('every published package', () => {
  it('says what npm and its readers want to know', () => {
    expect(packages.length).toBeGreaterThan(10);
    for (const each of packages) {
      const { name, folder } = each;
      expect({ name, ...each.repository }).toEqual({
        name,
        ...root.repository,
        directory: `packages/${folder}`,
      });
      expect(each.homepage, name).toBe(`${root.homepage.split('#')[0]}/tree/main/packages/${folder}#readme`);
      expect(each.bugs, name).toEqual(root.bugs);
      expect(each.keywords, name).toContain('mesibo');
      expect(new Set(each.keywords).size, name).toBe(each.keywords.length);
      expect(each.license, name).toBe('MIT');
      expect(each.sideEffects, name).toBe(false);
      expect(each.engines, name).toEqual(root.engines);
      expect(each.publishConfig, name).toMatchObject({ access: 'public', provenance: true });
      expect(existsSync(inRoot('packages', folder, 'README.md')), name).toBe(true);
    }
  });

  it('publishes what it exports from the checkout, without the sources', () => {
    for (const { name, exports, publishConfig } of packages) {
      if (exports === undefined) continue;
      // What lies in a package's tests is for tests of other packages, and leaves the checkout nowhere.
      const forUsers = Object.keys(exports).filter((entry) => !exports[entry].source?.startsWith('./test/'));
      expect(Object.keys(publishConfig.exports), name).toEqual(forUsers);
      expect(JSON.stringify(publishConfig.exports), name).not.toContain('source');
    }
  });

  it('is in the first changeset or has a changelog', () => {
    const first = inRoot('.changeset', 'first-release.md');
    const text = existsSync(first) ? readFileSync(first, 'utf8') : '';
    for (const { name, folder } of packages) {
      const told = text.includes(`'${name}'`) || existsSync(inRoot('packages', folder, 'CHANGELOG.md'));
      expect(told, name).toBe(true);
    }
  });

  it("a store's package alone is enough for upload and download", async () => {
    const core = await import('../packages/handler-core/src/index.ts');
    const stores = await Promise.all([
      import('../packages/handler-s3/src/index.ts'),
      import('../packages/handler-gcs/src/index.ts'),
      import('../packages/handler-azure/src/index.ts'),
      import('../packages/handler-disk/src/index.ts'),
      import('../packages/handler-remote/src/index.ts'),
    ]);
    for (const store of stores) {
      expect(store.upload).toBe(core.upload);
      expect(store.download).toBe(core.download);
    }
  });
});

describe('supported versions of Node', () => {
  it('are the same in the workflow, the smoke test and the documents', () => {
    const read = (path: string): string => readFileSync(inRoot(path), 'utf8');
    const workflow = /node: \[([\d, ]+)\]/.exec(read('.github/workflows/ci.yml'))?.[1]?.split(', ');
    const smoke = /VERSIONS = \[([^\]]+)\]/.exec(read('scripts/ci/smoke.mjs'))?.[1]?.match(/\d+/g);
    expect(workflow).toEqual(['20', '22', '24', '26']);
    expect(smoke && [...smoke]).toEqual(workflow);
    expect(read('docs/publishing.md')).toContain('Node 20, 22, 24 and 26');
  });
});
