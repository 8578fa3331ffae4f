import type { z } from 'zod';
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
import { resume } from './resume.ts';
import { sign } from './sign.ts';
import * as answers from './wire/answers.ts';
import { plan } from './wire/plan.ts';
import * as requests from './wire/requests.ts';

/** One operation of the protocol: a route, and what its page in the OpenAPI document is made of. */
export interface Operation extends WebRoute {
  readonly summary: string;
  /** Null where there is no body. */
  readonly request: z.ZodType | null;
  readonly answer: z.ZodType;
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
    answer: answers.capabilities,
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
    request: requests.beginRequest,
    answer: plan,
    front: frontOf('upload'),
    run: begin,
  }),
  post({
    name: 'sign',
    path: '/v1/uploads/sign',
    summary: 'Signs requests for parts.',
    request: requests.signRequest,
    answer: answers.signAnswer,
    front: admitHolder,
    run: sign,
  }),
  post({
    name: 'resume',
    path: '/v1/uploads/resume',
    summary: 'The plan of an upload again, with a renewed ticket, and what the store holds of it.',
    request: requests.ticketRequest,
    answer: answers.resumeAnswer,
    front: admitHolder,
    run: resume,
  }),
  post({
    name: 'commit',
    path: '/v1/uploads/commit',
    summary: 'Ends an upload. May be repeated.',
    request: requests.commitRequest,
    answer: answers.commitAnswer,
    front: admitHolder,
    run: commit,
  }),
  post({
    name: 'discard',
    path: '/v1/uploads/discard',
    summary: 'Gives an upload up, and removes what was sent of it; a committed file stays. May be repeated.',
    request: requests.ticketRequest,
    answer: answers.nothing,
    front: admitHolder,
    run: discard,
  }),
  post({
    name: 'read',
    path: '/v1/files/read',
    summary: 'What a file is, and a signed request that fetches it.',
    request: requests.readRequest,
    answer: answers.readPlan,
    front: frontOf('download'),
    run: read,
  }),
  post({
    name: 'remove',
    path: '/v1/files/remove',
    summary: 'Removes a file. May be repeated.',
    request: requests.urlRequest,
    answer: answers.nothing,
    front: frontOf('remove'),
    run: remove,
  }),
];

interface Post<Body, Answer> extends Pick<Operation, 'name' | 'path' | 'summary'> {
  readonly request: z.ZodType<Body>;
  readonly answer: z.ZodType<Answer>;
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
