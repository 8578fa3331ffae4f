import { describeSigner } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';
import { MEMORY_SHAPES } from './memory-shapes.ts';

for (const [name, options] of MEMORY_SHAPES) describeSigner(memoryHarness(name, options));
