import { memoryStore } from '@mesibo-files/handler-core/testing';
import { expect, it } from 'vitest';
import type { FileServerOptions } from './context/options.ts';
import { createFileServer } from './server.ts';

const good: FileServerOptions = {
  baseUrl: 'https://files.test/a/b/',
  signer: memoryStore().signer(),
  authorise: () => ({ allow: true }),
  ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
};

it('options that are wrong are named, all at once', () => {
  const wrong: FileServerOptions = {
    ...good,
    baseUrl: 'https://files.test/:id/*',
    ticketKeys: [{ id: 'a', secret: 'short' }],
    limits: { maxFields: -1 },
    origins: ['app.example.com'],
  };
  expect(() => createFileServer(wrong)).toThrow(/baseUrl.*ticketKeys.*limits\.maxFields.*origins/);
});

it('a base URL may have a path, and a slash too many', async () => {
  const { fetch, context } = createFileServer(good);
  expect(context.fileBase).toBe('https://files.test/a/b/files');
  expect((await fetch(new Request('https://files.test/a/b/healthz'))).status).toBe(200);
  expect((await fetch(new Request('https://files.test/healthz'))).status).toBe(404);
});

it('an observer that throws harms nobody', async () => {
  const onEvent = (): never => {
    throw new Error('the observer fell asleep');
  };
  const { fetch } = createFileServer({ ...good, onEvent });
  expect((await fetch(new Request('https://files.test/a/b/healthz'))).status).toBe(200);
});
