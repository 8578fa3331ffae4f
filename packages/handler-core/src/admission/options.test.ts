import { expect, it } from 'vitest';
import { createRuntime } from '../runtime/runtime.ts';

it.each([
  [{ maxTransfers: 0 }, 'maxTransfers'],
  [{ maxTransfers: 1.5, smallLane: -1 }, 'smallLane'],
  [{ smallFile: Number.NaN }, 'smallFile'],
])('refuses %j, which would never let a transfer start, or as it likes', (admission, named) => {
  expect(() => createRuntime({ admission })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(named) }),
  );
});
