import type { MemorySignerOptions } from '@mesibo-files/handler-core/memory';
import { describeHandler, describeSigner } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';

const KiB = 1024;

const SHAPES: Readonly<Record<string, MemorySignerOptions>> = {
  single: { shape: 'single' },
  parts: { shape: 'parts' },
  'single and parts': { shape: 'parts', singleUpTo: 64 * KiB },
  'parts, compared at the commit': { shape: 'parts', singleUpTo: 64 * KiB, digest: 'md5', proof: 'parts' },
  'parts without digests': { shape: 'parts', digest: null },
  'session, Content-Range': { shape: 'session', singleUpTo: 64 * KiB, chunkMultiple: 16 * KiB },
  'session, Upload-Offset': { shape: 'session', dialect: 'upload-offset', digest: 'crc32c' },
};

for (const [name, options] of Object.entries(SHAPES)) describeSigner(memoryHarness(name, options));
for (const [name, options] of Object.entries(SHAPES)) describeHandler(memoryHarness(name, options));
