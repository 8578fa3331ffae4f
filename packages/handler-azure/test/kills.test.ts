import { describeKills } from '@mesibo-files/conformance';
import { afterAll } from 'vitest';
import { azureHarness } from './harness.ts';
import { azurite } from './stores.ts';

const { store, stop } = azurite(true);
const harness = azureHarness('azure', () => store('crc64'));
afterAll(stop);

describeKills({
  name: 'azure on Azurite',
  open: async () => {
    const bench = await harness.open();
    return { bench, settings: bench.options };
  },
  program: new URL('./victim.ts', import.meta.url),
  size: 10 * 1024 * 1024 + 1,
  // The gate kills a hundred in each direction.
  kills: Number(process.env.KILLS ?? 1),
});
