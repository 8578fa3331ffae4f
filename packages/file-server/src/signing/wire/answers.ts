import type { StoredObject } from '@mesibo-files/handler-core';
import type {
  Capabilities,
  Commit,
  ObjectIntegrity,
  Plan,
  ReadPlan,
  SignedPart,
  Stored,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import type { ProblemBody } from '../../http/problem.ts';
import { answerReading, plan, signedPart, signedRequest } from './plan.ts';
import { partFacts } from './requests.ts';
import { algorithm, count, digests, named } from './values.ts';

export interface SignAnswer {
  readonly parts: readonly SignedPart[];
}

export interface ResumeAnswer {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What `discard` and `remove` answer. */
export type Nothing = Readonly<Record<string, never>>;

const guard = z.enum(['store', 'key']);
const bound = z.enum(['signature', 'commit']);
const shape = z.enum(['single', 'parts', 'session']);

export const capabilities: z.ZodType<Capabilities> = z
  .object({
    provider: z.string().meta({ description: 'For people and logs.' }),
    shapes: z.array(shape),
    singleUpTo: count,
    maxSize: count,
    beginDigests: z.array(algorithm),
    noOverwrite: z.object({ single: guard, parts: guard, session: guard }),
    sizeBound: bound,
    partBound: bound,
    typeBound: bound,
    storeVerifiesDigests: z.boolean(),
    expires: z.boolean(),
    listsUnfinished: z.literal(false),
    staging: z.literal(false),
  })
  .register(named, { id: 'Capabilities' });

const objectIntegrity: z.ZodType<ObjectIntegrity> = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('whole'), digests }),
    z.object({ kind: z.literal('pieces'), algorithm, pieceSize: count, combined: z.string() }),
    z.object({ kind: z.literal('none') }),
  ])
  .register(named, { id: 'ObjectIntegrity' });

const objectFacts = {
  size: count,
  contentType: z.string(),
  version: z.string().nullable(),
  integrity: objectIntegrity,
  name: z.string().nullable(),
  sender: z
    .object({ uid: z.int(), mid: z.string(), source: z.int(), secure: z.boolean() })
    .exactOptional()
    .meta({ description: 'Whose it is. The mid in decimal.' }),
};

const storedObject: z.ZodType<StoredObject> = z
  .object({
    ...objectFacts,
    url: z.url().meta({ description: 'The durable URL that goes into the message.' }),
    key: z.string(),
  })
  .register(named, { id: 'StoredObject' });

export const signAnswer: z.ZodType<SignAnswer> = z
  .object({ parts: z.array(signedPart) })
  .register(named, { id: 'SignAnswer' });

const stored: z.ZodType<Stored> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('parts'), parts: z.array(partFacts) }),
    z.object({ state: z.literal('offset'), offset: count.nullable() }),
    z.object({ state: z.literal('committed'), object: storedObject }),
    z.object({ state: z.literal('gone') }),
  ])
  .describe('What the store holds of an upload.')
  .register(named, { id: 'Stored' });

export const resumeAnswer: z.ZodType<ResumeAnswer> = z
  .object({ plan: plan.nullable(), stored })
  .describe('The plan again, its ticket renewed.')
  .register(named, { id: 'ResumeAnswer' });

export const commitAnswer: z.ZodType<Commit> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('stored'), object: storedObject }),
    z.object({ state: z.literal('missing'), parts: z.array(z.int().min(1)) }),
    z.object({ state: z.literal('gone') }),
    z.object({
      state: z.literal('pending'),
      retryAfter: count.meta({ description: 'Milliseconds until the commit is to be asked again.' }),
    }),
    z.object({
      state: z.literal('refused'),
      code: z.enum([
        'size-mismatch',
        'digest-mismatch',
        'type-refused',
        'object-exists',
        'file-too-large',
        'forbidden',
      ]),
      reason: z.string(),
    }),
  ])
  .register(named, { id: 'Commit' });

export const readPlan: z.ZodType<ReadPlan> = z
  .object({
    ...objectFacts,
    request: signedRequest,
    answers: answerReading,
    ranges: z.boolean(),
    serverTime: z.number(),
  })
  .describe('What the object is, and how it is fetched.')
  .register(named, { id: 'ReadPlan' });

export const nothing: z.ZodType<Nothing> = z.object({}).register(named, { id: 'Nothing' });

export const problem: z.ZodType<ProblemBody> = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'Stable. New ones may come.' }),
      message: z.string(),
      hint: z.string(),
      retryable: z.boolean().meta({ description: 'Whether the same request may succeed later.' }),
      requestId: z.string(),
    }),
  })
  .register(named, { id: 'Problem' });
