import { expect, it } from 'vitest';
import { gcsSigner } from './signer.ts';

it('two signers of one bucket and prefix name the same store, any others another', () => {
  const store = (more: object = {}): string | undefined => gcsSigner({ bucket: 'files', ...more }).store;
  expect(store()).toBe('gcs https://storage.googleapis.com/files/mesibo');
  expect(store({ partSize: 16 * 1024 * 1024 })).toBe(store());
  const others = [{ bucket: 'other' }, { prefix: 'other' }, { endpoint: 'http://127.0.0.1:4443' }].map(store);
  expect(new Set([store(), ...others]).size).toBe(4);
});
