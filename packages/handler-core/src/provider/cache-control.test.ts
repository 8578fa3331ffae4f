import { describe, expect, it } from 'vitest';
import { FILESOURCE } from '../contract/constants.ts';
import { cacheControlFor, isCacheControl } from './cache-control.ts';

const BY_SOURCE = { message: 'private', profile: 'max-age=86400', thumbnail: 'immutable', other: 'no-store' };

describe('Cache-Control of new objects', () => {
  it('is one for all, or by what a file belongs to', () => {
    const open = (source: number): { source: number; secure: boolean } => ({ source, secure: false });
    expect(cacheControlFor('private', open(FILESOURCE.PROFILE))).toBe('private');
    expect(cacheControlFor(null, open(FILESOURCE.PROFILE))).toBeNull();
    const { MESSAGE, PROFILE, GROUPPROFILE, THUMBNAIL, UNKNOWN, CUSTOM } = FILESOURCE;
    const sources = [MESSAGE, PROFILE, GROUPPROFILE, THUMBNAIL, UNKNOWN, CUSTOM, 7];
    expect(sources.map((source) => cacheControlFor(BY_SOURCE, open(source)))).toEqual([
      'private',
      'max-age=86400',
      'max-age=86400',
      'immutable',
      'no-store',
      'no-store',
      'no-store',
    ]);
    expect(cacheControlFor({ profile: 'private' }, open(MESSAGE))).toBeNull();
  });

  it('of a protected file lets no cache keep it, whatever the options say', () => {
    const file = { source: FILESOURCE.PROFILE, secure: true };
    for (const value of [null, 'public, max-age=86400', BY_SOURCE]) {
      expect(cacheControlFor(value, file)).toBe('private, no-store');
    }
  });

  it('can stand in a header, and has no name that is not known', () => {
    expect(isCacheControl(BY_SOURCE)).toBe(true);
    expect(isCacheControl({ profile: 'a\r\nb' })).toBe(false);
    const misspelt: object = { profil: 'private' };
    expect(isCacheControl(misspelt)).toBe(false);
  });
});
