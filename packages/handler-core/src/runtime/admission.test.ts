import { expect, it } from 'vitest';
import { ORIGIN } from '../contract/constants.ts';
import { DEFAULT_ADMISSION } from './admission.ts';
import { createRuntime } from './runtime.ts';

it.each([
  [{ maxTransfers: 0 }, 'maxTransfers'],
  [{ maxTransfers: 1.5, smallLane: -1 }, 'smallLane'],
  [{ smallFile: Number.NaN }, 'smallFile'],
  [{ maxAge: Number.NaN }, 'maxAge'],
  [{ maxAutoUploads: 1.5 }, 'maxAutoUploads'],
  [{ maxMeteredDownloads: -1 }, 'maxMeteredDownloads'],
])('refuses %j, which would never let a transfer start, or as it likes', (admission, named) => {
  expect(() => createRuntime({ admission })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(named) }),
  );
});

it('takes infinity for no limit', () => {
  const none = Number.POSITIVE_INFINITY;
  const admission = { maxTransfers: none, maxAutoUploads: none, maxMeteredDownloads: 0 };
  expect(createRuntime({ admission }).admission).toMatchObject(admission);
});

it('has the defaults of the design', () => {
  const { maxTransfers, smallLane, autoDownload, autoUpload, autoOrigins, autoOffline } = DEFAULT_ADMISSION;
  expect([maxTransfers, smallLane, autoDownload, autoUpload, autoOffline]).toEqual([4, 1, true, true, false]);
  expect(autoOrigins).toEqual([ORIGIN.REALTIME, ORIGIN.PENDING]);
});
