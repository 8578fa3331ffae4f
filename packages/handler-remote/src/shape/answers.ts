import type { StoredObject } from '@mesibo-files/handler-core';
import type {
  Capabilities,
  Commit,
  Digests,
  ObjectFacts,
  ObjectIntegrity,
  ObjectSender,
  PartFacts,
  Plan,
  ReadPlan,
  SignedPart,
  Stored,
} from '@mesibo-files/handler-core/provider';
import { algorithm, answerReading, plan } from './plan.ts';
import {
  checked,
  count,
  flag,
  list,
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
import { httpUrl, signedPart, signedRequest } from './request.ts';

const digest = {
  optional: checked(
    'base64',
    (value): value is string => typeof value === 'string' && /^[A-Za-z0-9+/]{1,86}={0,2}$/.test(value),
  ),
};

const digests: Reader<Digests> = shape<Digests>({
  crc32: digest,
  crc32c: digest,
  crc64nvme: digest,
  md5: digest,
  sha256: digest,
});

const guard = oneOf('store', 'key');
const bound = oneOf('signature', 'commit');

export const capabilities: Reader<Capabilities> = shape<Capabilities>({
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
});

const integrity: Reader<ObjectIntegrity> = variant<ObjectIntegrity>('kind', {
  whole: shape<Extract<ObjectIntegrity, { kind: 'whole' }>>({ kind: oneOf('whole'), digests }),
  pieces: shape<Extract<ObjectIntegrity, { kind: 'pieces' }>>({
    kind: oneOf('pieces'),
    algorithm,
    pieceSize: positive,
    combined: text,
  }),
  none: shape<Extract<ObjectIntegrity, { kind: 'none' }>>({ kind: oneOf('none') }),
});

const sender: Reader<ObjectSender> = shape<ObjectSender>({
  uid: whole,
  mid: checked('an id', (value): value is string => typeof value === 'string' && /^-?\d{1,20}$/.test(value)),
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

const storedObject: Reader<StoredObject> = shape<StoredObject>({
  ...(objectFacts satisfies Record<keyof ObjectFacts, unknown>),
  url: httpUrl,
  key: text,
});

export const signAnswer: Reader<{ readonly parts: readonly SignedPart[] }> = shape<{
  readonly parts: readonly SignedPart[];
}>({ parts: list(signedPart) });

const stored: Reader<Stored> = variant<Stored>('state', {
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
});

/** The plan again, and what the store holds. */
export interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

export const resumed: Reader<Resumed> = shape<Resumed>({ plan: nullable(plan), stored });

export const committed: Reader<Commit> = variant<Commit>('state', {
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
});

export const readPlan: Reader<ReadPlan> = shape<ReadPlan>({
  ...objectFacts,
  request: signedRequest,
  answers: answerReading,
  ranges: flag,
  serverTime: real,
});

/** What is answered where there is nothing to say. */
export const nothing: Reader<void> = (value, at) => {
  shape<object>({})(value, at);
};
