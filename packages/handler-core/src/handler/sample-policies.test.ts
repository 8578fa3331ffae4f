import { describe, expect, it } from 'vitest';
import { SAMPLE_POLICIES } from '../../test/sample-policies.ts';
import { transfer } from '../../test/transfer.ts';
import { CONNECTIVITY, type Connectivity, ORIGIN } from '../contract/constants.ts';
import { DEFAULT_ADMISSION } from '../runtime/admission.ts';
import { admit } from './policy.ts';

const { WIFI, '4G': G4 } = CONNECTIVITY;
const none = Number.POSITIVE_INFINITY;

/** What each sample does, by the letters of mesibo's own code. */
const rows = [
  {
    name: 'android',
    atOnce: 4,
    uploadsFrom: { wifi: 5, metered: 5 },
    downloadsFrom: none,
    pending: true,
    relative: true,
  },
  {
    name: 'ios',
    atOnce: none,
    uploadsFrom: { wifi: none, metered: none },
    downloadsFrom: none,
    pending: false,
    relative: false,
  },
  {
    name: 'swift',
    atOnce: none,
    uploadsFrom: { wifi: none, metered: none },
    downloadsFrom: none,
    pending: false,
    relative: true,
  },
  {
    name: 'androidFileInfo',
    atOnce: 4,
    uploadsFrom: { wifi: 3, metered: 0 },
    downloadsFrom: 3,
    pending: false,
    relative: true,
  },
  {
    name: 'iosFileInfo',
    atOnce: none,
    uploadsFrom: { wifi: none, metered: 0 },
    downloadsFrom: none,
    pending: false,
    relative: true,
  },
] as const;

describe.each(rows)("the policy of mesibo's sample $name", (row) => {
  const ask = (
    more: Parameters<typeof transfer>[0],
    connectivity: Connectivity = WIFI,
    underWay = 0,
    autoDownload = true,
  ): boolean => {
    const options = { ...DEFAULT_ADMISSION, autoDownload, ...SAMPLE_POLICIES[row.name] };
    const file = transfer({ upload: false, url: 'https://a.example/f', ...more });
    const counts = { uploads: underWay, downloads: underWay };
    return admit(file, connectivity, options, { underWay: counts }).admit;
  };

  it('defers uploads as it does, and never what a person asked for', () => {
    for (const [connectivity, from] of [
      [WIFI, row.uploadsFrom.wifi],
      [G4, row.uploadsFrom.metered],
    ] as const) {
      for (const underWay of [0, 2, 3, 4, 5, 9]) {
        expect(ask({ upload: true }, connectivity, underWay)).toBe(underWay < from);
        expect(ask({ upload: true, priority: 1 }, connectivity, underWay)).toBe(true);
      }
    }
  });

  it('defers downloads for their network as it does', () => {
    for (const underWay of [0, 2, 3, 9]) {
      expect(ask({}, WIFI, underWay, false)).toBe(true);
      expect(ask({}, G4, underWay, true)).toBe(underWay < row.downloadsFrom);
      expect(ask({ priority: 1 }, G4, underWay, false)).toBe(true);
    }
  });

  it('defers downloads for their origin as it does', () => {
    const origins = [ORIGIN.REALTIME, ORIGIN.PENDING, ORIGIN.DBMESSAGE, ORIGIN.DBSUMMARY];
    expect(origins.map((origin) => ask({ origin }))).toEqual([true, row.pending, false, false]);
    for (const origin of origins) expect(ask({ origin, priority: 1 })).toBe(true);
  });

  it('defers what has no URL, and relative URLs as it does', () => {
    expect([ask({ url: '' }), ask({ url: 'photos/1.jpg' })]).toEqual([false, row.relative]);
  });

  it('runs as many at once as it does', () => {
    expect(SAMPLE_POLICIES[row.name]).toMatchObject({ maxTransfers: row.atOnce, smallLane: 0 });
  });
});

it('the samples that look at the preference defer where it is off, and the preference stays the app’s', () => {
  for (const name of ['android', 'androidFileInfo', 'iosFileInfo'] as const) {
    const options = { ...DEFAULT_ADMISSION, ...SAMPLE_POLICIES[name], autoDownload: false };
    const file = transfer({ upload: false, url: 'https://a.example/f' });
    expect([admit(file, G4, options).admit, admit(file, WIFI, options).admit]).toEqual([false, true]);
  }
  for (const policy of Object.values(SAMPLE_POLICIES)) expect(policy.autoDownload).toBeUndefined();
});
