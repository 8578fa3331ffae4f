import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AzureFileTransferHandler } from '../src/handler.ts';
import { AZURE_SCHEMA } from '../src/options.ts';
import { azureSigner } from '../src/signer.ts';

it("the README's table has every option, and no other", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, table = ''] = /## Options\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const cells = [...table.matchAll(/^\| (`[^|]*`) *\|/gm)].map(([, cell = '']) => cell);
  const names = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual(Object.keys(AZURE_SCHEMA.shape).sort());
});

it('what is wrong is told before anything runs: no options, a typo, a wrong type, all at once', () => {
  const make = (options: object) => () => azureSigner(options as never);
  for (const none of [undefined, null, 'files']) {
    expect(make(none as unknown as object)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
  const wrong = { container: 5, endpiont: 'x', partSize: '8', chekcsum: 'none', clock: {} };
  for (const each of [/container: must be a text/, /endpiont: .*endpoint\?/, /partSize: must be a number/]) {
    expect(make(wrong)).toThrow(each);
  }
  for (const each of [/chekcsum: .*checksum\?/, /clock: now must be a function/])
    expect(make(wrong)).toThrow(each);
  expect(() => new AzureFileTransferHandler({ ...wrong, uid: 5 } as never)).toThrow(/endpiont/);
  expect(() => new AzureFileTransferHandler({ ...wrong, uid: 5 } as never)).not.toThrow(/uid/);
});
