import type { ObjectIntegrity } from '../digests.ts';
import type { ObjectFacts, ObjectSender, StoredObject } from '../object.ts';
import type { Plan } from '../plan.ts';
import type { SignedPart } from '../request.ts';
import type { Capabilities, Commit, PartFacts, ReadPlan, Stored } from '../signer.ts';
import { answerReading, plan } from './plan.ts';
import {
  count,
  flag,
  list,
  named,
  nullable,
  oneOf,
  positive,
  type Reader,
  real,
  shape,
  text,
  variant,
  whole,
} from './reader.ts';
import { algorithm, digests, httpUrl, midText, signedPart, signedRequest } from './values.ts';

/** What `sign` answers. */
export interface SignAnswer {
  readonly parts: readonly SignedPart[];
}

/** The plan again, its ticket renewed, and what the store holds. */
export interface ResumeAnswer {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What `discard` and `remove` answer. */
export type Nothing = Readonly<Record<string, never>>;

/** The body of every answer that is no success. */
export interface ProblemBody {
  readonly error: {
    /** Stable. New ones may come. */
    readonly code: string;
    /** One sentence. */
    readonly message: string;
    readonly hint: string;
    /** Whether the same request may succeed later. */
    readonly retryable: boolean;
    readonly requestId: string;
  };
}

const guard = oneOf('store', 'key');
const bound = oneOf('signature', 'commit');

export const capabilities: Reader<Capabilities> = named(
  'Capabilities',
  shape<Capabilities>({
    provider: text,
    shapes: list(oneOf('single', 'parts', 'session')),
    singleUpTo: count,
    maxSize: count,
    beginDigests: list(algorithm),
    noOverwrite: shape<Capabilities['noOverwrite']>({ single: guard, parts: guard, session: guard }),
    sizeBound: bound,
    partBound: bound,
    typeBound: bound,
    storeVerifiesDigests: flag,
    expires: flag,
    listsUnfinished: oneOf<boolean>(false),
    staging: oneOf<boolean>(false),
  }),
);

const integrity: Reader<ObjectIntegrity> = named(
  'ObjectIntegrity',
  variant<ObjectIntegrity>('kind', {
    whole: shape<Extract<ObjectIntegrity, { kind: 'whole' }>>({ kind: oneOf('whole'), digests }),
    pieces: shape<Extract<ObjectIntegrity, { kind: 'pieces' }>>({
      kind: oneOf('pieces'),
      algorithm,
      pieceSize: positive,
      combined: text,
    }),
    none: shape<Extract<ObjectIntegrity, { kind: 'none' }>>({ kind: oneOf('none') }),
  }),
);

const sender: Reader<ObjectSender> = shape<ObjectSender>({
  uid: whole,
  mid: midText,
  source: whole,
  secure: flag,
});

const objectFacts = {
  size: count,
  contentType: text,
  version: nullable(text),
  integrity,
  name: nullable(text),
  sender: { optional: sender },
};

const storedObject: Reader<StoredObject> = named(
  'StoredObject',
  shape<StoredObject>({
    ...(objectFacts satisfies Record<keyof ObjectFacts, unknown>),
    url: httpUrl,
    key: text,
  }),
);

export const signAnswer: Reader<SignAnswer> = named(
  'SignAnswer',
  shape<SignAnswer>({ parts: list(signedPart) }),
);

const stored: Reader<Stored> = named(
  'Stored',
  variant<Stored>('state', {
    parts: shape<Extract<Stored, { state: 'parts' }>>({
      state: oneOf('parts'),
      parts: list(shape<PartFacts>({ number: positive, size: count, digests })),
    }),
    offset: shape<Extract<Stored, { state: 'offset' }>>({ state: oneOf('offset'), offset: nullable(count) }),
    committed: shape<Extract<Stored, { state: 'committed' }>>({
      state: oneOf('committed'),
      object: storedObject,
    }),
    gone: shape<Extract<Stored, { state: 'gone' }>>({ state: oneOf('gone') }),
  }),
);

export const resumeAnswer: Reader<ResumeAnswer> = named(
  'ResumeAnswer',
  shape<ResumeAnswer>({ plan: nullable(plan), stored }),
);

export const commitAnswer: Reader<Commit> = named(
  'Commit',
  variant<Commit>('state', {
    stored: shape<Extract<Commit, { state: 'stored' }>>({ state: oneOf('stored'), object: storedObject }),
    missing: shape<Extract<Commit, { state: 'missing' }>>({ state: oneOf('missing'), parts: list(positive) }),
    gone: shape<Extract<Commit, { state: 'gone' }>>({ state: oneOf('gone') }),
    pending: shape<Extract<Commit, { state: 'pending' }>>({ state: oneOf('pending'), retryAfter: count }),
    refused: shape<Extract<Commit, { state: 'refused' }>>({
      state: oneOf('refused'),
      code: oneOf(
        'size-mismatch',
        'digest-mismatch',
        'type-refused',
        'object-exists',
        'file-too-large',
        'forbidden',
      ),
      reason: text,
    }),
  }),
);

export const readPlan: Reader<ReadPlan> = named(
  'ReadPlan',
  shape<ReadPlan>({
    ...objectFacts,
    request: signedRequest,
    answers: answerReading,
    ranges: flag,
    serverTime: real,
  }),
);

/** What is answered where there is nothing to say. */
export const nothing: Reader<Nothing> = named('Nothing', shape<Nothing>({}));

/** One that lacks the id of the request is one all the same: it may come of an older server. */
export const problem: Reader<ProblemBody> = named(
  'Problem',
  shape<ProblemBody>({
    error: shape<ProblemBody['error']>({
      code: text,
      message: text,
      hint: text,
      retryable: flag,
      requestId: { optional: text, otherwise: '' },
    }),
  }),
);
