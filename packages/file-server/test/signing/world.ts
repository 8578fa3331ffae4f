import { createRuntime, type Signer } from '@mesibo-files/handler-core';
import type { Plan } from '@mesibo-files/handler-core/provider';
import {
  type ManualClock,
  type MemoryStore,
  manualClock,
  memoryStore,
} from '@mesibo-files/handler-core/testing';
import { type RemoteOptions, remoteSigner } from '@mesibo-files/handler-remote';
import type { ServerEvent } from '../../src/context/events.ts';
import type { FileServerOptions } from '../../src/context/options.ts';
import { createFileServer, type FileServer } from '../../src/server.ts';
import { ticketKeys } from './secrets.ts';
import { ALICE, type Users, users } from './users.ts';

/** File URLs of the memory store's bucket `files` are those of a file server here. */
export const BASE = 'https://memory.invalid';

/** What came back, parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** Code of the problem, or null. */
  readonly code: string | null;
  readonly text: string;
}

type Caller = { readonly token: string } | null;

/** One server in front of a memory store, its users, its clock, and all it told of. */
export interface World {
  readonly store: MemoryStore;
  readonly users: Users;
  readonly clock: ManualClock;
  readonly events: ServerEvent[];
  readonly server: FileServer;
  /** `address`: of the client. */
  send(request: Request, address?: string): Promise<Answer>;
  /** Posts JSON, as Alice unless somebody else is named. */
  post(path: string, body: unknown, caller?: Caller): Promise<Answer>;
  /** Begins an upload that must begin. */
  begin(changes?: object, caller?: Caller): Promise<Plan>;
  /** A remote signer of this server, and every request it made. */
  client(options?: ClientOptions): { readonly signer: Signer; readonly requests: string[] };
}

interface ClientOptions extends Partial<Omit<RemoteOptions, 'fetch'>> {
  /** Looks at every answer before the client does. */
  readonly onAnswer?: (path: string, response: Response) => Promise<void>;
}

/** What a client says of a file: one that goes in a single request. */
export function fileFacts(changes: object = {}): object {
  return {
    size: 10,
    contentType: 'image/jpeg',
    name: 'cat.jpg',
    source: 0,
    uid: 1,
    mid: '42',
    transferId: 'a-transfer',
    ...changes,
  };
}

/** Files of up to 100 bytes in one request, others in parts of 100. */
const SIZES = { singleUpTo: 100, partSize: 100 };

export interface WorldOptions extends Partial<Omit<FileServerOptions, 'signer'>> {
  /** Default: one of the memory store. */
  readonly signer?: (store: MemoryStore) => Signer;
}

export function openWorld({ signer, ...options }: WorldOptions = {}): World {
  const people = users();
  const clock = manualClock();
  const store = memoryStore({ bucket: 'files', clock });
  const events: ServerEvent[] = [];
  const server = createFileServer({
    baseUrl: BASE,
    signer: signer?.(store) ?? store.signer(SIZES),
    ticketKeys,
    authorise: people.authorise,
    onEvent: (event) => void events.push(event),
    runtime: createRuntime({ ports: { clock } }),
    ...options,
  });
  const { fetch } = server;
  const send: World['send'] = async (request, address) => answered(await fetch(request, { address }));
  const post: World['post'] = (path, body, caller = ALICE) =>
    send(
      new Request(BASE + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(caller === null ? {} : { authorization: `Bearer ${caller.token}` }),
        },
        body: JSON.stringify(body),
      }),
    );
  return {
    store,
    users: people,
    clock,
    events,
    server,
    send,
    post,
    async begin(changes = {}, caller = ALICE) {
      const { status, body, text } = await post('/v1/uploads', fileFacts(changes), caller);
      if (status !== 200) throw new Error(`begin was answered ${status}: ${text}`);
      return body as Plan;
    },
    client({ onAnswer, ...changes } = {}) {
      const requests: string[] = [];
      const carry: RemoteOptions['fetch'] = async (url, request) => {
        const { pathname } = new URL(url);
        requests.push(`${request.method} ${pathname}`);
        const response = await fetch(new Request(url, request));
        await onAnswer?.(pathname, response.clone());
        return response;
      };
      return {
        requests,
        signer: remoteSigner({ baseUrl: BASE, token: ALICE.token, fetch: carry, ...changes }),
      };
    },
  };
}

async function answered(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  const problem = body as { readonly error?: { readonly code?: string } } | null;
  return { status, headers, body, text, code: problem?.error?.code ?? null };
}
