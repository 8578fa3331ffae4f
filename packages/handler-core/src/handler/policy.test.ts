import { describe, expect, it } from 'vitest';
import { transfer } from '../../test/transfer.ts';
import { CONNECTIVITY, type Connectivity, ORIGIN } from '../contract/constants.ts';
import { type AdmissionOptions, DEFAULT_ADMISSION } from '../runtime/admission.ts';
import { admit, type Circumstances } from './policy.ts';

const { WIFI, UNKNOWN, DISCONNECTED, '2G': G2, '4G': G4 } = CONNECTIVITY;
const { REALTIME, PENDING, DBMESSAGE, DBSUMMARY } = ORIGIN;

function decided(
  more: Parameters<typeof transfer>[0],
  connectivity: Connectivity = WIFI,
  options: Partial<AdmissionOptions> = {},
  circumstances: Circumstances = {},
): string {
  const file = transfer({ upload: false, url: 'https://a.example/f', ...more });
  const admission = admit(file, connectivity, { ...DEFAULT_ADMISSION, ...options }, circumstances);
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

describe('by option,', () => {
  it('automatic uploads wait for Wi-Fi', () => {
    const upload = { upload: true, url: null };
    for (const autoUpload of [false, (): boolean => false]) {
      expect(decided(upload, G4, { autoUpload })).toBe('automatic uploads are off, and this is not Wi-Fi');
      expect(decided(upload, WIFI, { autoUpload })).toBe('admit');
      expect(decided({ ...upload, priority: 1 }, G4, { autoUpload })).toBe('admit');
    }
  });

  it('so many uploads are under way, and no further automatic one', () => {
    const upload = { upload: true, url: null };
    const at = (uploads: number, more = {}): string =>
      decided({ ...upload, ...more }, WIFI, { maxAutoUploads: 3 }, { underWay: { uploads, downloads: 9 } });
    expect([at(2), at(3), at(3, { priority: 1 })]).toEqual([
      'admit',
      'enough uploads are under way',
      'admit',
    ]);
  });

  it('so many downloads are under way where there is no Wi-Fi, and no further automatic one', () => {
    const at = (downloads: number, connectivity: Connectivity, priority = 0): string =>
      decided(
        { priority },
        connectivity,
        { maxMeteredDownloads: 3 },
        { underWay: { uploads: 9, downloads } },
      );
    expect([at(2, G4), at(3, WIFI), at(3, G4, 1)]).toEqual(['admit', 'admit', 'admit']);
    expect(at(3, G4)).toBe('enough downloads are under way, and this is not Wi-Fi');
  });

  it('old messages wait for a person, and one without a time is new', () => {
    const at = (ts: number, more = {}): string =>
      decided({ ts, ...more }, WIFI, { maxAge: 1000 }, { now: 50_000 });
    expect([at(49_000), at(0), at(60_000), at(1, { priority: 1 }), at(1, { upload: true })]).toEqual(
      Array(5).fill('admit'),
    );
    expect(at(48_999)).toBe('the message is too old');
    expect(decided({ ts: 1 }, WIFI, { maxAge: 1000 })).toBe('the message is too old');
  });

  it('automatic ones are admitted without a network', () => {
    for (const upload of [true, false])
      expect(decided({ upload }, DISCONNECTED, { autoOffline: true })).toBe('admit');
  });

  it('a relative URL is deferred, whoever asks', () => {
    for (const priority of [0, 1]) {
      const at = (url: string): string => decided({ url, priority }, WIFI, { relativeUrls: 'defer' });
      expect(at('photos/1.jpg')).toBe('the URL is a relative one');
      expect(at('HTTPS://a.example/f')).toBe('admit');
    }
    expect(decided({ url: 'photos/1.jpg' })).toBe('admit');
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

it('a network of unknown kind is spared, unless it says that it need not be', () => {
  expect(decided({}, UNKNOWN, off)).toBe('automatic downloads are off, and this is not Wi-Fi');
  expect(decided({}, UNKNOWN, off, { freeIfUnknown: true })).toBe('admit');
  expect(decided({}, G2, off, { freeIfUnknown: true })).not.toBe('admit');
});
