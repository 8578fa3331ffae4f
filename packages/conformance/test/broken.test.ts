import { beforeEach, describe, expect, it, vi } from 'vitest';
import { brokenSigners } from '../src/broken/broken-signers.ts';
import { brokenHarness } from '../src/broken/fault.ts';
import { runSignerCases, signerCases } from '../src/index.ts';
import { memoryHarness } from './memory-harness.ts';

const KiB = 1024;
const good = memoryHarness('single and parts', { shape: 'parts', singleUpTo: 64 * KiB });

describe('the suite finds deliberately broken signers', () => {
  beforeEach(() => void vi.stubEnv('CASES', 'all'));

  it.each(brokenSigners)('one that $name', async (fault) => {
    const cases = signerCases.filter(({ name }) => fault.caughtBy.includes(name));
    expect(cases.map(({ name }) => name).sort()).toEqual([...fault.caughtBy].sort());
    const passed = (await runSignerCases(cases, brokenHarness(good, fault))).filter(
      ({ error }) => error === undefined,
    );
    expect(passed).toEqual([]);
  });

  it('has a name of its own for every case', () => {
    expect(new Set(signerCases.map(({ name }) => name)).size).toBe(signerCases.length);
  });
});
