import { expect, it } from 'vitest';
import { s3Signer } from './signer.ts';

it('two signers of one bucket and prefix name the same store, any others another', () => {
  const store = (more: object = {}): string | undefined =>
    s3Signer({ bucket: 'files', region: 'eu-west-1', ...more }).store;
  expect(store()).toBe('s3 amazonaws.com/files/mesibo');
  expect(store({ credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })).toBe(store());
  const others = [{ bucket: 'other' }, { prefix: 'other' }, { endpoint: 'http://127.0.0.1:9000' }].map(store);
  expect(new Set([store(), ...others]).size).toBe(4);
});
