import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDiskState, writeDiskState } from './disk-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'disk-state-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is kept beside the files', () => {
  it('is made once, for the owner alone, even when many ask at once', async () => {
    const dir = join(folder, 'new', 'deep');
    const all = await Promise.all(Array.from({ length: 20 }, () => openDiskState(dir)));
    expect(new Set(all.map((state) => JSON.stringify(state))).size).toBe(1);
    expect(statSync(join(dir, 'server.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dir)).toEqual(['server.json']);
  });

  it('is replaced whole, and still for the owner alone', async () => {
    const dir = join(folder, 'replaced');
    const state = await openDiskState(dir);
    await writeDiskState(dir, { ...state, fileBase: 'https://a.example/files' });
    expect(await openDiskState(dir)).toEqual({ ...state, fileBase: 'https://a.example/files' });
    expect(statSync(join(dir, 'server.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{}', '{"secret":{"id":"a","secret":"short"},"token":"x","fileBase":null}'])(
    'is refused when it is %j, and left as it is',
    async (text) => {
      const dir = mkdtempSync(join(folder, 'damaged-'));
      writeFileSync(join(dir, 'server.json'), text);
      await expect(openDiskState(dir)).rejects.toMatchObject({ code: 'invalid-argument' });
      expect(statSync(join(dir, 'server.json')).size).toBe(text.length);
    },
  );
});
