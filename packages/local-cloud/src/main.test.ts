import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, type Store } from '../test/call.ts';
import { spawnMain } from '../test/spawn-main.ts';

describe('the command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line, serves, and removes its data on %s',
    async (signal) => {
      const dir = await mkdtemp(join(tmpdir(), 'main-'));
      const { child, output, exited } = await spawnMain('--json', '--dir', dir, '--bucket', 'my-bucket');
      const line = JSON.parse(output()) as { s3: Store; azure: object };
      expect(Object.keys(line)).toEqual(['s3', 'gcs', 'azure']);
      expect(line.azure).toEqual({
        connectionString: expect.stringContaining('BlobEndpoint=http://127.0.0.1:'),
        container: 'my-bucket',
      });
      expect(Object.keys(line.s3)).toEqual([
        'endpoint',
        'region',
        'accessKeyId',
        'secretAccessKey',
        'bucket',
      ]);
      expect(line.s3.bucket).toBe('my-bucket');
      expect((await call(line.s3, { method: 'PUT', key: 'a', body: 'x' })).status).toBe(200);
      expect(await readdir(dir)).toHaveLength(1);
      child.kill(signal);
      expect(await exited).toBe(0);
      expect(output().split('\n')).toHaveLength(2);
      expect(await readdir(dir)).toEqual([]);
      await rm(dir, { recursive: true });
    },
  );

  it('says what is wrong with its arguments', async () => {
    const { exited, errors, output } = await spawnMain('--port', 'http');
    expect(await exited).toBe(1);
    expect([errors(), output()]).toEqual(['local-cloud: --port wants a number from 0 to 65535\n', '']);
  });
});
