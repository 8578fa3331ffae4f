import { describeKills } from '@mesibo-files/conformance';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { s3Harness } from './harness.ts';

let cloud: LocalCloud | undefined;
const harness = s3Harness('s3', async () => {
  cloud ??= await startLocalCloud();
  return { ...cloud.s3, checksum: 'crc32' };
});
afterAll(() => cloud?.stop());

describeKills({
  name: 's3 on local-cloud',
  open: async () => {
    const bench = await harness.open();
    return { bench, settings: bench.options };
  },
  program: new URL('./victim.ts', import.meta.url),
  size: 16 * 1024 * 1024,
  // The gate kills a hundred in each direction.
  kills: Number(process.env.KILLS ?? 1),
});
