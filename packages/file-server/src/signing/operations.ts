import * as wire from '@mesibo-files/handler-core/wire';
import { admit, admitHolder, type Caller } from '../authorise/admit.ts';
import type { AuthoriseRequest } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import type { WebRoute } from '../http/routes.ts';
import { begin } from './begin.ts';
import { capabilities } from './capabilities.ts';
import { commit } from './commit.ts';
import { discard } from './discard.ts';
import { read } from './read.ts';
import { readBody } from './read-body.ts';
import { remove } from './remove.ts';
import { requests } from './requests.ts';
import { resume } from './resume.ts';
import { sign } from './sign.ts';

/** One operation of the protocol: a route, and what its page in the OpenAPI document is made of. */
export interface Operation extends WebRoute {
  readonly summary: string;
  /** Null where there is no body. */
  readonly request: wire.Reader<unknown> | null;
  readonly answer: wire.Reader<unknown>;
  /** Whether the owner's function is asked, and so a credential is needed. */
  readonly authorised: boolean;
}

/** All operations, in the order in which a client needs them. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'capabilities',
    method: 'GET',
    path: '/v1/capabilities',
    summary: 'What the store can do. Good for as long as a client runs.',
    request: null,
    answer: wire.capabilities,
    authorised: false,
    handle: async (context, scope) => {
      await admit(context, scope, { kind: 'sign', action: null, credential: scope.credential });
      return json(await capabilities(context, scope));
    },
  },
  post({
    name: 'begin',
    path: '/v1/uploads',
    summary: 'Begins an upload, and signs it at once where the digests are given.',
    request: requests.begin,
    answer: wire.plan,
    front: frontOf('upload'),
    run: begin,
  }),
  post({
    name: 'sign',
    path: '/v1/uploads/sign',
    summary: 'Signs requests for parts.',
    request: requests.sign,
    answer: wire.signAnswer,
    front: admitHolder,
    run: sign,
  }),
  post({
    name: 'resume',
    path: '/v1/uploads/resume',
    summary: 'The plan of an upload again, with a renewed ticket, and what the store holds of it.',
    request: requests.ticket,
    answer: wire.resumeAnswer,
    front: admitHolder,
    run: resume,
  }),
  post({
    name: 'commit',
    path: '/v1/uploads/commit',
    summary: 'Ends an upload. May be repeated.',
    request: requests.commit,
    answer: wire.commitAnswer,
    front: admitHolder,
    run: commit,
  }),
  post({
    name: 'discard',
    path: '/v1/uploads/discard',
    summary: 'Gives an upload up, and removes what was sent of it; a committed file stays. May be repeated.',
    request: requests.ticket,
    answer: wire.nothing,
    front: admitHolder,
    run: discard,
  }),
  post({
    name: 'read',
    path: '/v1/files/read',
    summary: 'What a file is, and a signed request that fetches it.',
    request: requests.read,
    answer: wire.readPlan,
    front: frontOf('download'),
    run: read,
  }),
  post({
    name: 'remove',
    path: '/v1/files/remove',
    summary: 'Removes a file. May be repeated.',
    request: requests.url,
    answer: wire.nothing,
    front: frontOf('remove'),
    run: remove,
  }),
];

interface Post<Body, Answer> extends Pick<Operation, 'name' | 'path' | 'summary'> {
  readonly request: wire.Reader<Body>;
  readonly answer: wire.Reader<Answer>;
  /** Stands in front of the body. */
  readonly front: (context: ServerContext, scope: RequestScope) => Promise<Caller>;
  readonly run: (context: ServerContext, scope: RequestScope, body: Body, caller: Caller) => Promise<Answer>;
}

function frontOf(action: AuthoriseRequest['action']): Post<unknown, unknown>['front'] {
  const kind = action === 'upload' ? 'sign' : action;
  return (context, scope) => admit(context, scope, { kind, action, credential: scope.credential });
}

function post<Body, Answer>({ front, run, ...facts }: Post<Body, Answer>): Operation {
  return {
    ...facts,
    method: 'POST',
    authorised: true,
    handle: async (context, scope, message) => {
      const caller = await front(context, scope);
      const body = await readBody(message, facts.request, context.limits.maxJsonSize);
      return json(await run(context, scope, body, caller));
    },
  };
}

/** Answers are of one moment and one caller; no cache may keep them. */
function json(answer: unknown): Response {
  return Response.json(answer, { headers: { 'cache-control': 'no-store' } });
}
