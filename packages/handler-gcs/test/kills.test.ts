import { describeKills } from '@mesibo-files/conformance';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll } from 'vitest';
import { gcsHarness } from './harness.ts';

let started: Promise<LocalCloud> | undefined;
const cloud = (): Promise<LocalCloud> => {
  started ??= startLocalCloud();
  return started;
};
afterAll(async () => (await started)?.stop());

for (const upload of ['session', 'multipart'] as const) {
  const harness = gcsHarness(`gcs by ${upload}`, async () => ({ ...(await cloud()).gcs, upload }));
  describeKills({
    name: `gcs by ${upload} on local-cloud`,
    open: async () => {
      const bench = await harness.open();
      return { bench, settings: bench.options };
    },
    program: new URL('./victim.ts', import.meta.url),
    size: upload === 'session' ? 4_000_000 : 16 * 1024 * 1024,
    // The gate kills a hundred in each direction, half of them in each way.
    kills: Math.ceil(Number(process.env.KILLS ?? 2) / 2),
  });
}
