import { describeHandler } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';
import { MEMORY_SHAPES } from './memory-shapes.ts';

/** The engine's own paths; the other shapes differ in the signer alone. */
const DRIVEN = ['single and parts', 'parts without digests', 'session, Content-Range'];

for (const name of DRIVEN) describeHandler(memoryHarness(name, MEMORY_SHAPES.get(name) ?? {}));
