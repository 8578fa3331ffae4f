import type { MemorySignerOptions } from '@mesibo-files/handler-core/memory';
import { describeHandler, describeSigner } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';

const KiB = 1024;

const SHAPES = {
  single: { shape: 'single' },
  parts: { shape: 'parts' },
  'single and parts': { shape: 'parts', singleUpTo: 64 * KiB },
  'parts, compared at the commit': { shape: 'parts', singleUpTo: 64 * KiB, digest: 'md5', proof: 'parts' },
  'parts without digests': { shape: 'parts', digest: null },
  'session, Content-Range': { shape: 'session', singleUpTo: 64 * KiB, chunkMultiple: 16 * KiB },
  'session, Upload-Offset': { shape: 'session', dialect: 'upload-offset', digest: 'crc32c' },
} satisfies Readonly<Record<string, MemorySignerOptions>>;

for (const [name, options] of Object.entries(SHAPES)) describeSigner(memoryHarness(name, options));
/** The engine's paths; the rest differs in the signer alone. */
const DRIVEN = ['single', 'single and parts', 'parts without digests', 'session, Content-Range'] as const;

for (const name of DRIVEN) describeHandler(memoryHarness(name, SHAPES[name]));
