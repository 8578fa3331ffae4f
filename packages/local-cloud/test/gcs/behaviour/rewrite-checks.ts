import type { TestServer } from '../server.ts';
import { answerOf, content, put } from './steps.ts';
import type { Answer, GcsCheck } from './types.ts';

const source = 'Objects: rewrite (JSON API reference)';
const mebibyte = 1024 * 1024;

interface Rewritten {
  readonly status: number;
  readonly code?: string | undefined;
  readonly done?: boolean;
  readonly totalBytesRewritten?: string;
  readonly objectSize?: string;
  readonly rewriteToken?: string;
  readonly resource?: Readonly<Record<string, unknown>>;
}

const rewrite = async (
  server: TestServer,
  from: string,
  to: string,
  query: Record<string, string> = {},
  fields?: Record<string, unknown>,
): Promise<Rewritten> => {
  const { bucket } = server.gcs;
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(from)}/rewriteTo/b/${bucket}/o/${encodeURIComponent(to)}`;
  const reply = await server.bearer({
    method: 'POST',
    path: `${path}?${new URLSearchParams(query)}`,
    headers: { 'content-type': 'application/json' },
    body: fields === undefined ? '' : JSON.stringify(fields),
  });
  if (reply.status !== 200) return answerOf(reply);
  return { status: 200, ...(JSON.parse(reply.body.toString()) as Omit<Rewritten, 'status'>) };
};

const generationOf = async (server: TestServer, name: string): Promise<string> => {
  const path = `/storage/v1/b/${server.gcs.bucket}/o/${encodeURIComponent(name)}`;
  const reply = await server.bearer({ method: 'GET', path });
  return (JSON.parse(reply.body.toString()) as { generation: string }).generation;
};

const dressed = { 'content-type': 'text/html', 'content-encoding': 'gzip', 'x-goog-meta-old': '1' };

/** Objects under other names and with other metadata. */
export const rewriteChecks: readonly GcsCheck[] = [
  {
    name: 'a rewrite with a body takes all editable metadata from it',
    source,
    expected: {
      status: 200,
      done: true,
      contentType: 'text/plain',
      contentEncoding: undefined,
      metadata: { a: '1' },
    },
    run: async (server) => {
      await put(server, 'dressed', 'x', dressed);
      const fields = { contentType: 'text/plain', metadata: { a: '1' } };
      const { status, done, resource } = await rewrite(server, 'dressed', 'in/new clothes', {}, fields);
      const { contentType, contentEncoding, metadata } = resource ?? {};
      return { status, done, contentType, contentEncoding, metadata };
    },
  },
  {
    name: 'a rewrite without a body keeps the metadata',
    source,
    expected: { status: 200, contentType: 'text/html', contentEncoding: 'gzip', metadata: { old: '1' } },
    run: async (server) => {
      await put(server, 'dressed', 'x', dressed);
      const { status, resource } = await rewrite(server, 'dressed', 'as it was');
      const { contentType, contentEncoding, metadata } = resource ?? {};
      return { status, contentType, contentEncoding, metadata };
    },
  },
  {
    name: 'a rewrite does not overwrite where nothing may be there',
    source,
    expected: { status: 412, code: 'conditionNotMet', stored: 'theirs' },
    run: async (server) => {
      await put(server, 'from', 'ours');
      await put(server, 'taken', 'theirs');
      const { status, code } = await rewrite(server, 'from', 'taken', { ifGenerationMatch: '0' });
      return { status, code, stored: await content(server, 'taken') };
    },
  },
  {
    name: 'another generation of the source than asked for is not rewritten',
    source,
    expected: { status: 412, code: 'conditionNotMet' },
    run: async (server): Promise<Answer> => {
      await put(server, 'from', 'first');
      const ifSourceGenerationMatch = await generationOf(server, 'from');
      await put(server, 'from', 'second');
      const { status, code } = await rewrite(server, 'from', 'never', { ifSourceGenerationMatch });
      return { status, code };
    },
  },
  {
    name: 'nothing is not rewritten',
    source,
    expected: { status: 404, code: 'notFound' },
    run: async (server): Promise<Answer> => {
      const { status, code } = await rewrite(server, 'absent', 'never');
      return { status, code };
    },
  },
  {
    name: 'a rewrite to another class goes on by its token',
    source,
    expected: {
      status: 200,
      steps: [
        [false, String(mebibyte)],
        [false, String(2 * mebibyte)],
        [true, String(2 * mebibyte + 1)],
      ],
      storageClass: 'NEARLINE',
    },
    run: async (server) => {
      await put(server, 'large', Buffer.alloc(2 * mebibyte + 1));
      const steps: unknown[] = [];
      let step: Rewritten = { status: 0 };
      for (let calls = 0; calls < 5 && step.done !== true; calls++) {
        const token = step.rewriteToken === undefined ? {} : { rewriteToken: step.rewriteToken };
        const query = { maxBytesRewrittenPerCall: String(mebibyte), ...token };
        step = await rewrite(server, 'large', 'colder', query, { storageClass: 'NEARLINE' });
        steps.push([step.done, step.totalBytesRewritten]);
      }
      return { status: step.status, steps, storageClass: step.resource?.storageClass };
    },
  },
  {
    name: 'a token is of one target',
    source,
    expected: { status: 400, code: 'invalid' },
    run: async (server): Promise<Answer> => {
      await put(server, 'large', Buffer.alloc(2 * mebibyte));
      const query = { maxBytesRewrittenPerCall: String(mebibyte) };
      const colder = { storageClass: 'NEARLINE' };
      const { rewriteToken = '' } = await rewrite(server, 'large', 'one', query, colder);
      const { status, code } = await rewrite(server, 'large', 'two', { ...query, rewriteToken }, colder);
      return { status, code };
    },
  },
];
