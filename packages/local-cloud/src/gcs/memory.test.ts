import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { signUrl } from '../../test/gcs/sign-url.ts';
import { spawnMain } from '../../test/spawn-main.ts';
import type { GcsConnection } from '../index.ts';

const mebibyte = 1024 * 1024;

it('memory grows by less than 64 MiB when 128 MiB go through, up in a session and down', async () => {
  const { child, output, exited } = await spawnMain('--json');
  const { gcs } = JSON.parse(output()) as { gcs: GcsConnection };
  expect(Object.keys(gcs)).toEqual(['endpoint', 'tokenUri', 'bucket', 'clientEmail', 'privateKey']);
  const resident = (): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024;
  const piece = Buffer.alloc(mebibyte, 7);
  const url = (method: string, headers = {}): string =>
    signUrl({ method, endpoint: gcs.endpoint, path: `/${gcs.bucket}/big`, headers }, gcs);
  const transfer = async (mebibytes: number): Promise<number> => {
    const start = { 'x-goog-resumable': 'start' };
    const opened = await fetch(url('POST', start), { method: 'POST', headers: start });
    const body = Readable.from(
      (function* () {
        for (let n = 0; n < mebibytes; n++) yield piece;
      })(),
    );
    const uri = opened.headers.get('location') ?? '';
    await fetch(uri, { method: 'PUT', body: Readable.toWeb(body), duplex: 'half' });
    let received = 0;
    for await (const chunk of (await fetch(url('GET'))).body ?? []) received += (chunk as Uint8Array).length;
    return received;
  };
  await transfer(8);
  const before = resident();
  expect(await transfer(128)).toBe(128 * mebibyte);
  expect(resident() - before).toBeLessThan(64);
  child.kill('SIGTERM');
  await exited;
});
