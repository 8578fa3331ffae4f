import { describe, expect, it } from 'vitest';
import type { RawFlags } from './fields.ts';
import { readStore, type StoreReadingOptions } from './store.ts';

const NOTHING: ReadonlySet<string> = new Set();

function mistakes(raw: RawFlags, fromEnvironment = NOTHING, options: StoreReadingOptions = {}): string[] {
  const reading = readStore(raw, fromEnvironment, options);
  for (const { mistake, fix } of reading.mistakes) {
    expect(mistake).not.toBe('');
    expect(fix).not.toBe('');
  }
  return reading.mistakes.map(({ flag }) => flag);
}

describe('flags of a store', () => {
  it('say which bucket', () => {
    const raw = { provider: 's3', bucket: 'b', region: 'eu-west-1', conditionalWrites: false };
    expect(readStore(raw, NOTHING).value).toMatchObject(raw);
  });

  it('are the same for all clouds, a region too', () => {
    for (const provider of ['s3', 'gcs', 'azure']) {
      const raw = { provider, bucket: 'b', region: 'r', endpoint: 'https://e.example', prefix: 'p' };
      expect(mistakes(raw)).toEqual([]);
    }
  });

  it('mean a file server where only one is named', () => {
    expect(readStore({ server: 'https://a.example', token: 't' }, NOTHING).value).toEqual({
      provider: 'remote',
      server: 'https://a.example',
      token: 't',
    });
  });

  it('are told whole what is wrong with them', () => {
    expect(mistakes({})).toEqual(['--provider']);
    expect(mistakes({ provider: 'ftp', prefix: '../x' })).toEqual(['--provider', '--prefix']);
    expect(mistakes({ provider: 's3', endpoint: 'ftp://a', publicUrl: 'x', checksum: 'crc64' })).toEqual([
      '--endpoint',
      '--public-url',
      '--bucket',
      '--checksum',
    ]);
    expect(mistakes({ provider: 'remote' })).toEqual(['--server', '--token']);
    expect(mistakes({ provider: 'gcs', bucket: 'b', conditionalWrites: false })).toEqual([
      '--conditional-writes',
    ]);
    expect(mistakes({ provider: 'disk', bucket: 'b', server: 'https://a.example' })).toEqual([
      '--bucket',
      '--server',
    ]);
  });

  it('of another provider are no mistake where they come from the environment', () => {
    const raw = { provider: 's3', bucket: 'b', server: 'https://a.example', token: 't' };
    expect(mistakes(raw)).toEqual(['--server', '--token']);
    expect(readStore(raw, new Set(['server', 'token'])).value).toMatchObject({ provider: 's3', bucket: 'b' });
  });

  it('have the default of their command', () => {
    expect(readStore({}, NOTHING, { provider: 'disk' }).value).toMatchObject({
      provider: 'disk',
      dir: './mesibo-files',
    });
  });

  it('never show a token in a mistake', () => {
    const { mistakes: all } = readStore({ server: 'x', token: 'top secret' }, NOTHING);
    expect(JSON.stringify(all)).not.toContain('top secret');
  });
});
