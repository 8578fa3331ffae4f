import {
  createRuntime,
  FILESOURCE,
  type Runtime,
  type Signer,
  type Source,
  TransferError,
  upload,
} from '@mesibo-files/handler-core';
import { type LocalStore, type RandomPort, toHex } from '@mesibo-files/handler-core/provider';
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
  const stored = async (signal: AbortSignal): Promise<string> =>
    signer.local === undefined
      ? (await upload({ signer, runtime, signal, from: probeSource() })).url
      : storedHere(signer.local, ports.random, signal);
  return async (signal) => {
    await assertStages(signer, { signal });
    left ??= await stored(signal);
    await signer.remove(left, { signal });
    left = null;
  };
}

/** In a store that is in this process, no address has to lead to it. */
async function storedHere(local: LocalStore, random: RandomPort, signal: AbortSignal): Promise<string> {
  const source = probeSource();
  const facts = {
    size: PROBE.length,
    maxSize: null,
    contentType: 'text/plain',
    name: source.facts.name,
    source: FILESOURCE.CUSTOM,
    uid: 0,
    mid: 0n,
    transferId: toHex(random.bytes(16)),
    digests: {},
  };
  const taken = await local.receive(facts, source, { signal });
  const outcome = await taken.commit({ signal });
  if (outcome.state === 'stored') return outcome.object.url;
  throw new TransferError('upload-gone', `the probe was not stored: ${outcome.state}`);
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
