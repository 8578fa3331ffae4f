import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskStore } from '@mesibo-files/handler-disk';
import { expect, it } from 'vitest';
import { encodeForm, filePart, fiveFields, formHeaders } from '../../test/wire/forms.ts';
import { until } from '../../test/wire/settled.ts';
import { staticToken } from '../authorise/static-token.ts';
import type { ServerEvent } from '../context/events.ts';
import { nodeFileServer } from './node-file-server.ts';

const CLIENTS = 60;
const BYTES = Buffer.alloc(100_000, 'x');

interface Answer {
  readonly status: number;
  readonly closes: boolean;
  readonly body: Buffer;
}

/** One request over a connection of the agent's; null when the server was not reached, or closed before it answered. */
function ask(agent: Agent, url: string, body: Buffer | null): Promise<Answer | null> {
  return new Promise((resolve) => {
    const method = body === null ? 'GET' : 'POST';
    const headers = body === null ? {} : { ...formHeaders(), 'content-length': body.length };
    const sent = request(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(null));
      response.on('end', () => {
        const closes = response.headers.connection === 'close';
        resolve({ status: response.statusCode ?? 0, closes, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', () => resolve(null));
    sent.end(body ?? undefined);
  });
}

it('loses no answer of 60 clients that keep sending while it ends, and nothing that it acknowledged', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'draining-'));
  const events: ServerEvent[] = [];
  const token = 'let-me-in-to-these-files';
  const secrets = [{ id: 'k', secret: 'a secret of 32 bytes for a test!' }] as const;
  // Whatever leads back to this server would find its listener closed.
  const publicUrl = 'http://files.test/files';
  const disk = diskStore({ folder, secrets, storeUrl: 'http://127.0.0.1:9/disk', publicUrl });
  const server = nodeFileServer({
    baseUrl: 'http://files.test',
    signer: disk.signer,
    downloads: 'stream',
    authorise: staticToken({ token, downloadPolicy: 'link' }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
    log: 'silent',
    onEvent: (event) => events.push(event),
  });
  const listening = await server.listen({ port: 0 });
  const form = encodeForm([...fiveFields({ auth: token }), filePart(BYTES)]);
  let acknowledged = 0;
  const answered: string[] = [];
  const wrong: unknown[] = [];
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let url = `${listening.url}/upload`;
    for (;;) {
      const uploads = url.endsWith('/upload');
      const answer = await ask(agent, url, uploads ? form : null);
      // Nobody is there any more.
      if (answer === null) break;
      answered.push(uploads ? 'upload' : 'files');
      if (answer.status !== 200) wrong.push([answer.status, answer.body.toString()]);
      else if (uploads) {
        acknowledged += 1;
        url = JSON.parse(answer.body.toString()).url.replace('http://files.test', listening.url);
      } else {
        if (!answer.body.equals(BYTES)) wrong.push('other bytes');
        url = `${listening.url}/upload`;
      }
    }
    agent.destroy();
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await until(() => answered.length > 2 * CLIENTS);
  await listening.close();
  await Promise.all(clients);
  expect(wrong).toEqual([]);
  expect(await listening.closed).toEqual({ cutOff: 0 });
  const taken = events.flatMap((event) => (event.type === 'request' ? [event] : []));
  expect(taken.filter(({ status }) => status !== 200)).toEqual([]);
  // Each request that was taken was answered, and its answer has come.
  expect(taken.map(({ route }) => route).sort()).toEqual(answered.sort());
  const kept = await readdir(join(folder, 'objects'), { recursive: true });
  expect(kept.filter((name) => name.endsWith('.object.json'))).toHaveLength(acknowledged);
  expect(await readdir(join(folder, 'staging'))).toEqual([]);
  await rm(folder, { recursive: true });
});
