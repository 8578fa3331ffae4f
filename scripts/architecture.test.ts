import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { inRoot } from './run/root.mjs';

/** The source files of a package, without tests, and what each imports: a path from `src`, or the name of a package. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** Providers whose folders have the common shape. A new provider is added here. */
const PROVIDERS: readonly string[] = ['handler-azure', 'handler-disk', 'handler-gcs', 'handler-s3'];

/** Packages that still have a circle. The list only gets shorter. */
const WITH_CIRCLES: readonly string[] = [];

/** Core's folders, lowest layer first. A folder imports folders of lower layers, never another folder of its own layer. */
const CORE_LAYERS: readonly (readonly string[])[] = [
  ['contract', 'errors'],
  ['digest'],
  ['signer'],
  ['ports'],
  ['naming', 'journal'],
  ['signer/wire'],
  ['provider', 'engine'],
  ['engine/request'],
  ['engine/upload', 'engine/download'],
  ['node/journal', 'browser'],
  ['node'],
  ['runtime'],
  ['transfers'],
  ['handler'],
  ['testing'],
];

/** What a provider's folder has at its top. */
const PROVIDER_FILES =
  'index handler options signer begin sign resume commit read discard unfinished ticket'.split(' ');
const PROVIDER_FOLDERS = ['store', 'format', 'presign'];

/** Packages that compute and nothing else: any file of a provider may import them. */
const PURE = ['@node-rs/crc32', 'zod', 'node:crypto', 'node:path', 'node:url', 'node:buffer'];

function importsOf(name: string): Imports {
  const source = inRoot('packages', name, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'));
  return new Map(
    files.map((file) => [file, requestsOf(join(source, file)).map((each) => resolve(file, each))]),
  );
}

function resolve(file: string, request: string): string {
  return request.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), request)) : request;
}

/** What a file imports or exports anew: of files also types, of packages only what is there at run time. */
function requestsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${relative(inRoot(), path)} cannot be parsed`);
  const stated = module.staticImports
    .filter(({ moduleRequest, entries }) => {
      const types = entries.length > 0 && entries.every(({ isType }) => isType);
      return moduleRequest.value.startsWith('.') || !types;
    })
    .map(({ moduleRequest }) => moduleRequest.value);
  const again = module.staticExports.flatMap(({ entries }) =>
    entries.map(({ moduleRequest }) => moduleRequest?.value),
  );
  const later = module.dynamicImports.map(({ moduleRequest }) =>
    text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
  );
  return [...stated, ...again, ...later].filter((each) => each !== undefined);
}

/** One circle of files, as a path that ends where it began, or null. */
function circle(imports: Imports): readonly string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found !== null) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found !== null) return found;
  }
  return null;
}

/** Imports of another folder in the same layer or in a higher one. Public entries (`index.ts`) only export, from any layer. */
function upward(imports: Imports, layers: readonly (readonly string[])[]): readonly string[] {
  const layerOf = (file: string): number => layers.findIndex((layer) => layer.includes(posix.dirname(file)));
  return [...imports].flatMap(([file, targets]) => {
    if (file.endsWith('index.ts')) return [];
    if (layerOf(file) < 0) return [`${file} is in no layer`];
    return targets
      .map((target) => (target === '#platform' ? 'node/platform.ts' : target))
      .filter((target) => imports.has(target) && posix.dirname(target) !== posix.dirname(file))
      .filter((target) => layerOf(target) >= layerOf(file))
      .map((target) => `${file} imports ${target}`);
  });
}

/** What of a provider's folder is not as in the others. */
function providerFaults(imports: Imports): readonly string[] {
  return [...imports].flatMap(([file, targets]) => {
    const [first = '', ...rest] = file.split('/');
    const known =
      rest.length === 0
        ? PROVIDER_FILES.includes(first.slice(0, -'.ts'.length))
        : PROVIDER_FOLDERS.includes(first);
    const door = rest.length > 0 && (first === 'store' || first === 'presign');
    const outside = targets.filter(
      (each) => !imports.has(each) && !each.startsWith('@mesibo-files/') && !PURE.includes(each),
    );
    const inside = first === 'format' ? targets.filter((each) => /^(?:store|presign)\//.test(each)) : [];
    return [
      ...(known ? [] : [`${file}: no other provider has a file or folder of this name`]),
      ...(door ? [] : outside.map((each) => `${file} imports ${each}, which only store/ and presign/ may`)),
      ...inside.map((each) => `${file} imports ${each}: format/ does no input or output`),
    ];
  });
}

const packages: readonly string[] = readdirSync(inRoot('packages')).filter((name) =>
  existsSync(inRoot('packages', name, 'src')),
);

it.each(packages.filter((name) => !WITH_CIRCLES.includes(name)))(
  'no files of %s import each other in a circle',
  (name) => {
    const imports = importsOf(name);
    expect(imports.size).toBeGreaterThan(0);
    expect(circle(imports)).toBeNull();
  },
);

it('folders of handler-core import only lower layers', () => {
  expect(upward(importsOf('handler-core'), CORE_LAYERS)).toEqual([]);
});

it('every provider has the files and folders of the others, and its SDK stays in store/ and presign/', () => {
  expect(
    PROVIDERS.flatMap((name) => providerFaults(importsOf(name)).map((fault) => `${name}: ${fault}`)),
  ).toEqual([]);
});

describe('the rules themselves', () => {
  it('find a circle', () => {
    const files = { 'a.ts': ['b.ts'], 'b.ts': ['c.ts', 'zod'], 'c.ts': ['b.ts'] };
    expect(circle(new Map(Object.entries(files)))).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });

  it('find an import upward, one between neighbours, and a folder without a layer', () => {
    const files = {
      'low/a.ts': ['high/b.ts'],
      'high/b.ts': ['low/a.ts'],
      'other/c.ts': ['low/a.ts'],
      'new/d.ts': [],
    };
    expect(upward(new Map(Object.entries(files)), [['low', 'other'], ['high']])).toEqual([
      'low/a.ts imports high/b.ts',
      'other/c.ts imports low/a.ts',
      'new/d.ts is in no layer',
    ]);
  });

  it('find a stray file, an SDK outside its doors, and a format that reaches the store', () => {
    const files = {
      'commit.ts': ['store/head.ts', '@mesibo-files/handler-core', 'node:crypto'],
      'capabilities.ts': [],
      'read.ts': ['@azure/storage-blob'],
      'store/head.ts': ['@azure/storage-blob'],
      'format/xml.ts': ['store/head.ts', 'node:fs'],
    };
    expect(providerFaults(new Map(Object.entries(files)))).toEqual([
      'capabilities.ts: no other provider has a file or folder of this name',
      'read.ts imports @azure/storage-blob, which only store/ and presign/ may',
      'format/xml.ts imports node:fs, which only store/ and presign/ may',
      'format/xml.ts imports store/head.ts: format/ does no input or output',
    ]);
  });
});
