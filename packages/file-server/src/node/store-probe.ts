import { createRuntime, type Runtime, type Signer, type Source, upload } from '@mesibo-files/handler-core';
import { assertStages } from '../signing/assert-stages.ts';

const PROBE = new TextEncoder().encode('readiness probe\n');

/**
 * Stores a few bytes and removes them, by the same engine as every upload. In a queue of its own: a server that is busy
 * is ready. What could not be removed is removed by the next probe, so that there is never more than one.
 */
export function storeProbe(
  signer: Signer,
  { ports, limits }: Runtime,
): (signal: AbortSignal) => Promise<void> {
  const runtime = createRuntime({ ports, limits });
  let left: string | null = null;
  return async (signal) => {
    await assertStages(signer, { signal });
    left ??= (await upload({ signer, runtime, signal, from: probeSource() })).url;
    await signer.remove(left, { signal });
    left = null;
  };
}

function probeSource(): Source {
  return {
    facts: { size: PROBE.length, fingerprint: null, name: 'readiness-probe.txt' },
    replayable: true,
    async read(offset, buffer) {
      const bytes = PROBE.subarray(offset, offset + buffer.length);
      buffer.set(bytes);
      return bytes.length;
    },
    unchanged: async () => true,
    close: async () => undefined,
  };
}
