import { describe, expect, it } from 'vitest';
import { brokenHandlers, faultyHandlers } from '../src/broken/broken-handlers.ts';
import { handlerCases, runHandlerCase } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';

const KiB = 1024;
const good = memoryHarness('single and parts', { shape: 'parts', singleUpTo: 64 * KiB });

describe('the suite finds deliberately broken handlers', () => {
  it.each(faultyHandlers)('one that $name', async (fault) => {
    const cases = handlerCases.filter(({ name }) => fault.caughtBy.includes(name));
    expect(cases.map(({ name }) => name).sort()).toEqual([...fault.caughtBy].sort());
    for (const each of cases) {
      await expect(runHandlerCase(each, brokenHandlers(good, fault)), each.name).rejects.toThrow();
    }
  });

  it('has a name of its own for every case', () => {
    expect(new Set(handlerCases.map(({ name }) => name)).size).toBe(handlerCases.length);
  });
});
