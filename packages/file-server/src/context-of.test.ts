import type { Signer } from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import { expect, it } from 'vitest';
import { askBackend } from './authorise/ask-backend.ts';
import { signedTokens } from './authorise/signed-tokens.ts';
import { staticToken } from './authorise/static-token.ts';
import type { FileServerOptions } from './context/options.ts';
import { nodeFileServer } from './node/index.ts';
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

it('an option that is not there is refused, with the one that was meant', () => {
  const server = (more: object) => () => createFileServer({ ...good, ...more });
  expect(server({ ticketKey: [] })).toThrow('ticketKey: is no option; did you mean ticketKeys?');
  expect(server({ limits: { maxFilesize: 1 } })).toThrow(
    'limits.maxFilesize: is no option; did you mean limits.maxFileSize?',
  );
  expect(server({ downloads: 'link' })).toThrow('downloads: redirect or stream');
  expect(() => nodeFileServer({ ...good, log: 'silent', uploadUrl: { lenient: true } as never })).toThrow(
    'lenient: is no option',
  );
  expect(() => nodeFileServer({ ...good, log: 'silent', logs: true } as never)).toThrow('logs: is no option');
  expect(() => staticToken({ token: 'a-token-of-16-bytes', downloads: 'link' } as never)).toThrow(
    'downloads: is no option',
  );
  const secrets = [{ id: '1', secret: 'x'.repeat(32) }] as const;
  expect(() => signedTokens({ keys: { secrets }, downloads: 'link' } as never)).toThrow(
    'downloads: is no option',
  );
  expect(() => askBackend({ url: 'https://a.test', header: {} } as never)).toThrow('did you mean headers?');
});

it('a signer is told where its file URLs must lead, and refused when they lead elsewhere', () => {
  const asked: string[] = [];
  const signer = (publicUrl: string) => {
    asked.push(publicUrl);
    return { ...good.signer, leadsTo: (url: string) => url === publicUrl } as Signer;
  };
  createFileServer({ ...good, signer, alsoRead: [signer] });
  expect(asked).toEqual(['https://files.test/a/b/files', 'https://files.test/a/b/files']);
  const elsewhere = { ...good.signer, leadsTo: () => false } as Signer;
  const says =
    "its file URLs do not lead to this server; make it with publicUrl: 'https://files.test/a/b/files'";
  expect(() => createFileServer({ ...good, signer: elsewhere })).toThrow(`signer: ${says}`);
  expect(() => createFileServer({ ...good, alsoRead: [elsewhere] })).toThrow(`alsoRead[0]: ${says}`);
});
