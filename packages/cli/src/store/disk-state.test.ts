import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDiskState, rotated, writeDiskState } from './disk-state.ts';

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

  it('is read as it was written before there could be two secrets', async () => {
    const dir = mkdtempSync(join(folder, 'before-'));
    const secret = { id: 'a', secret: 's'.repeat(43) };
    writeFileSync(
      join(dir, 'server.json'),
      JSON.stringify({ secret, token: 't'.repeat(32), fileBase: null }),
    );
    expect(await openDiskState(dir)).toEqual({ secrets: [secret], tokens: ['t'.repeat(32)], fileBase: null });
  });

  it('keeps what was in use when a new secret and token are made, and drops what is older', async () => {
    const first = await openDiskState(join(folder, 'rotated'));
    const second = rotated(first);
    const third = rotated(second);
    expect([second.secrets[1], second.tokens[1]]).toEqual([first.secrets[0], first.tokens[0]]);
    expect(third.secrets).toEqual([third.secrets[0], second.secrets[0]]);
    expect(third.tokens).toEqual([third.tokens[0], second.tokens[0]]);
    expect(new Set([...third.secrets, ...first.secrets].map(({ id }) => id)).size).toBe(3);
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
