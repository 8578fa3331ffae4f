import { ERROR_CODES, type ErrorCode } from '@mesibo-files/handler-core';
import type {
  AnswerReading,
  AnswerRule,
  CodeSource,
  HeaderTemplate,
  Integrity,
  Plan,
  SessionDialect,
  SignedPart,
  SignedRequest,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { algorithm, count, named, ticket } from './values.ts';

const text = z.string();
const milliseconds = count.meta({ description: 'Milliseconds.' });
const time = z.number().meta({ description: 'Milliseconds since 1970.' });

const errorCode: z.ZodType<ErrorCode> = z.enum(Object.keys(ERROR_CODES) as ErrorCode[]);

const codeSource: z.ZodType<CodeSource> = z
  .discriminatedUnion('in', [
    z.object({ in: z.literal('header'), name: text }),
    z.object({ in: z.literal('body'), after: text, before: text }),
  ])
  .describe("Where a store's answer carries its own error code.")
  .register(named, { id: 'CodeSource' });

const answerRule: z.ZodType<AnswerRule> = z
  .object({
    status: z.union([z.int(), z.tuple([z.int(), z.int()])]),
    header: z.object({ name: text, value: text.exactOptional() }).exactOptional(),
    codes: z.array(text).exactOptional(),
    means: z.enum([
      'done',
      'more',
      'expired',
      'skewed',
      'retry',
      'corrupt',
      'gone',
      'exists',
      'changed',
      'refused',
    ]),
    error: errorCode.exactOptional(),
  })
  .describe('All conditions given must hold; the first rule counts.')
  .register(named, { id: 'AnswerRule' });

export const answerReading: z.ZodType<AnswerReading> = z
  .object({
    code: z.array(codeSource),
    time: z.array(codeSource).exactOptional(),
    rules: z.array(answerRule),
  })
  .describe("How the store's answers are read.")
  .register(named, { id: 'AnswerReading' });

export const signedRequest: z.ZodType<SignedRequest> = z
  .object({
    method: z.enum(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE']),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(text, text).meta({ description: 'Every header to send, names in lower case.' }),
    timeToLive: milliseconds,
  })
  .describe('To be sent to the store as it stands. A bearer credential: never log it.')
  .register(named, { id: 'SignedRequest' });

export const signedPart: z.ZodType<SignedPart> = z
  .object({ number: z.int().min(1), request: signedRequest })
  .register(named, { id: 'SignedPart' });

const integrity: z.ZodType<Integrity> = z
  .object({
    parts: z.array(algorithm).meta({ description: 'Digests that every part needs before it is signed.' }),
    whole: z.array(algorithm).meta({ description: 'Digests of the whole file that the commit needs.' }),
    proof: z.enum(['store', 'parts', 'length']),
  })
  .register(named, { id: 'Integrity' });

const template: z.ZodType<HeaderTemplate> = z
  .object({ name: text, value: text })
  .register(named, { id: 'HeaderTemplate' });

const dialect: z.ZodType<SessionDialect> = z
  .object({
    chunkMultiple: count,
    chunk: z.array(template),
    finish: z.array(template),
    last: z.array(template),
    lastDigests: z.array(algorithm),
    ask: z.object({ method: z.enum(['PUT', 'HEAD', 'POST']), headers: z.array(template) }),
    offset: z.object({ header: text, prefix: text, counts: z.enum(['last', 'next']), absent: count }),
  })
  .describe('How a session speaks of offsets.')
  .register(named, { id: 'SessionDialect' });

const base = {
  ticket,
  answers: answerReading,
  integrity,
  serverTime: time,
  keptFor: milliseconds,
  signed: z.array(signedPart).meta({ description: 'What could be signed at once. May be empty.' }),
};

export const plan: z.ZodType<Plan> = z
  .discriminatedUnion('shape', [
    z.object({ shape: z.literal('single'), ...base, size: count }),
    z.object({
      shape: z.literal('parts'),
      ...base,
      size: count.nullable(),
      partSize: count,
      maxParts: count,
      signBatch: count,
    }),
    z.object({
      shape: z.literal('session'),
      ...base,
      size: count.nullable(),
      chunkSize: count,
      maxSize: count,
      dialect,
    }),
  ])
  .describe('Which HTTP requests bring a file into the store.')
  .register(named, { id: 'Plan' });
