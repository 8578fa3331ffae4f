import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { clientFor } from '../../test/client.ts';
import { spawnMain } from '../../test/spawn-main.ts';
import type { S3Connection } from '../index.ts';

const mebibyte = 1024 * 1024;
const MEBIBYTES = process.env.CASES === 'all' ? 256 : 128;

describe('memory of the server', () => {
  it(`grows by less than 64 MiB when ${MEBIBYTES} MiB go through, up and down`, async () => {
    const { child, output, exited } = await spawnMain('--json');
    const { s3 } = JSON.parse(output()) as { s3: S3Connection };
    const client = clientFor(s3, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const resident = (): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024;
    const chunk = Buffer.alloc(mebibyte, 7);
    const transfer = async (mebibytes: number): Promise<number> => {
      const object = { Bucket: s3.bucket, Key: 'big' };
      const ContentLength = mebibytes * mebibyte;
      const body = Readable.from(
        (function* () {
          for (let n = 0; n < mebibytes; n++) yield chunk;
        })(),
      );
      await client.send(new PutObjectCommand({ ...object, Body: body, ContentLength }));
      const { body: got } = await fetch(await getSignedUrl(client, new GetObjectCommand(object)));
      let received = 0;
      for await (const piece of got ?? []) received += (piece as Uint8Array).length;
      return received;
    };
    await transfer(8);
    const before = resident();
    expect(await transfer(MEBIBYTES)).toBe(MEBIBYTES * mebibyte);
    expect(resident() - before).toBeLessThan(64);
    child.kill('SIGTERM');
    await exited;
  });
});
