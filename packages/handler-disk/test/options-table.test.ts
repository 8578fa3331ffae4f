import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DISK_SCHEMA, settingsOf } from '../src/options.ts';

it("the README's table has every option, and no other", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, table = ''] = /## Options\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const cells = [...table.matchAll(/^\| (`[^|]*`) *\|/gm)].map(([, cell = '']) => cell);
  const names = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect([...names].sort()).toEqual(Object.keys(DISK_SCHEMA.shape).sort());
});

it('what is wrong is told before anything runs: no options, a typo, a wrong type, all at once', () => {
  const read = (options: unknown) => () => settingsOf(options as never);
  for (const none of [undefined, null, 'files', {}]) {
    expect(read(none)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
  const wrong = { folder: 5, secert: [], partSize: '8', secrets: [null], storeUrl: 'https://a.example' };
  for (const each of [
    /folder: must be a text/,
    /secert: .*secrets\?/,
    /partSize: must be a number/,
    /secrets: /,
  ]) {
    expect(read(wrong)).toThrow(each);
  }
});
