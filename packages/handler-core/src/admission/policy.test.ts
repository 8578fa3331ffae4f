import { describe, expect, it } from 'vitest';
import { transfer } from '../../test/transfer.ts';
import { CONNECTIVITY, type Connectivity, ORIGIN } from '../contract/constants.ts';
import { type AdmissionOptions, DEFAULT_ADMISSION } from './options.ts';
import { admit } from './policy.ts';

const { WIFI, UNKNOWN, DISCONNECTED, '2G': G2, '4G': G4 } = CONNECTIVITY;
const { REALTIME, PENDING, DBMESSAGE, DBSUMMARY } = ORIGIN;

function decided(
  more: Parameters<typeof transfer>[0],
  connectivity: Connectivity = WIFI,
  options: Partial<AdmissionOptions> = {},
): string {
  const file = transfer({ upload: false, url: 'https://a.example/f', ...more });
  const admission = admit(file, connectivity, { ...DEFAULT_ADMISSION, ...options });
  return admission.admit ? 'admit' : admission.reason;
}

const off = { autoDownload: false };

describe('an upload', () => {
  it.each([
    [0, WIFI, 'admit'],
    [0, G2, 'admit'],
    [0, UNKNOWN, 'admit'],
    [0, DISCONNECTED, 'there is no network'],
    [1, DISCONNECTED, 'admit'],
  ] as const)('of priority %i at connectivity %i: %s', (priority, connectivity, reason) => {
    for (const origin of [REALTIME, DBMESSAGE, DBSUMMARY, PENDING])
      expect(decided({ upload: true, url: null, priority, origin }, connectivity, off)).toBe(reason);
  });
});

describe('an automatic download', () => {
  it.each([
    [REALTIME, WIFI, {}, 'admit'],
    [PENDING, WIFI, {}, 'admit'],
    [DBMESSAGE, WIFI, {}, 'the message is an old one'],
    [DBSUMMARY, WIFI, {}, 'the message is an old one'],
    [DBMESSAGE, WIFI, { autoOrigins: [DBMESSAGE] }, 'admit'],
    [PENDING, WIFI, { autoOrigins: [REALTIME] }, 'the message is an old one'],
    [REALTIME, G4, {}, 'admit'],
    [REALTIME, WIFI, off, 'admit'],
    [REALTIME, G4, off, 'automatic downloads are off, and this is not Wi-Fi'],
    [REALTIME, UNKNOWN, off, 'automatic downloads are off, and this is not Wi-Fi'],
    [REALTIME, UNKNOWN, {}, 'admit'],
    [
      REALTIME,
      G4,
      { autoDownload: (): boolean => false },
      'automatic downloads are off, and this is not Wi-Fi',
    ],
    [REALTIME, G4, { autoDownload: (): boolean => true }, 'admit'],
    [REALTIME, DISCONNECTED, {}, 'there is no network'],
  ] as const)('of origin %i at connectivity %i with %o: %s', (origin, connectivity, options, reason) => {
    expect(decided({ origin }, connectivity, options)).toBe(reason);
  });

  it('of a link to elsewhere waits for a person, unless that is allowed', () => {
    expect(decided({ externalLink: true })).toBe('it is a link to elsewhere');
    expect(decided({ externalLink: true }, WIFI, { autoExternalLinks: true })).toBe('admit');
    expect(decided({ externalLink: true, priority: 1 })).toBe('admit');
  });
});

it('a download that a person asked for always starts, except where there is no URL', () => {
  for (const connectivity of [WIFI, G2, UNKNOWN, DISCONNECTED])
    for (const origin of [REALTIME, DBMESSAGE, DBSUMMARY, PENDING])
      expect(decided({ origin, priority: 1 }, connectivity, off)).toBe('admit');
  for (const url of [null, ''])
    for (const priority of [0, 1]) expect(decided({ url, priority })).toBe('the message has no URL yet');
});

it('the preference is asked at every start, and not where it does not matter', () => {
  let asked: number = 0;
  const autoDownload = (): boolean => {
    asked += 1;
    const answer: boolean = asked > 1;
    return answer;
  };
  expect(decided({}, G4, { autoDownload })).not.toBe('admit');
  expect(decided({}, G4, { autoDownload })).toBe('admit');
  expect(decided({ upload: true }, G4, { autoDownload })).toBe('admit');
  expect(decided({ priority: 1 }, G4, { autoDownload })).toBe('admit');
  expect(asked).toBe(2);
});
