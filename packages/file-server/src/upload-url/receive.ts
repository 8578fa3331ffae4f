import type { StoredObject } from '@mesibo-files/handler-core';
import { type CommitCall, DAY, KIB, MIB } from '@mesibo-files/handler-core/provider';
import { admit, isKnown } from '../authorise/admit.ts';
import { type Allowed, ask } from '../authorise/ask.ts';
import type { Credential } from '../context/authorise.ts';
import type { NodeContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { release, reserve, settle } from '../quota/hold.ts';
import { assertStages } from '../signing/assert-stages.ts';
import { inspectionOf, stagingOf, tellOutcome } from '../signing/quarantine.ts';
import type { UploadCapacity } from './capacity.ts';
import type { FormFields, UploadFields } from './fields.ts';
import { fileFacts } from './file-facts.ts';
import { type FilePart, tooLarge } from './file-part.ts';
import type { Form } from './form.ts';
import { planMemory } from './memory.ts';
import { memorySource, spooledSource, streamSource } from './sources.ts';
import { storeFile } from './store-file.ts';
import { storeLocally } from './store-locally.ts';
import { tooLargeForStranger, watchRate } from './strangers.ts';
import type { Owner } from './upload-signer.ts';

/** A file up to so many bytes is taken in whole before it is sent on: its length is then known, and one request enough. */
const SMALL = MIB;

/** The same where the store is in this process, and needs no request: enough that a quota is asked for no more than comes. */
const SMALL_HERE = 256 * KIB;

/** Up to so many uploads at once take in as much as {@link SMALL}. */
const FEW = 32;

/** A stranger's file waits in memory up to so many bytes. */
const STRANGERS_MEMORY = 64 * KIB;

/** One upload, as far as its form was read. */
export interface Receiving {
  readonly context: NodeContext;
  readonly scope: RequestScope;
  readonly capacity: UploadCapacity;
  readonly form: Form;
  readonly fields: FormFields;
  /** The most bytes that the request can bring. */
  readonly maxSize: number;
  /** Raised when nobody waits for the upload any more. */
  readonly gone: AbortSignal;
  /** Told when the owner allowed something to whoever sends it, or its token is good. */
  readonly onKnown: () => void;
  /** What must be given back at the end. */
  readonly release: (() => void | Promise<void>)[];
}

/** A stored file, and what its form said of it. */
export interface Received {
  readonly object: StoredObject;
  readonly fields: UploadFields;
}

/**
 * Takes a file from its form to the store. With all its fields before it, it is streamed; otherwise it waits until they
 * have come. Nothing reaches the store before it is authorised.
 */
export async function receive(receiving: Receiving): Promise<Received> {
  const part = await receiving.form.file;
  return receiving.fields.enough ? streamed(receiving, part) : afterwards(receiving, part);
}

/** Its fields came first. */
async function streamed(receiving: Receiving, part: FilePart): Promise<Received> {
  const { fields, maxSize } = receiving;
  const stated = fields.read();
  const allowed = await authorised(receiving, part, stated, { size: null, maxSize });
  part.limitTo(allowed.maxSize ?? maxSize);
  const chunks = await part.gather(smallFor(receiving));
  const source = chunks === null ? await largeSource(receiving, part) : memorySource(part.name, chunks);
  return stored(receiving, part, stated, allowed, source);
}

/**
 * A file that is too large to be taken in whole. Where the store is elsewhere it is sent in parts, for which there must be
 * memory; what finds none waits in a temporary file, where its client's pace holds nobody up.
 */
async function largeSource(
  { context, capacity, release }: Receiving,
  part: FilePart,
): Promise<ReturnType<typeof memorySource>> {
  const { limits, signer } = context;
  const { streams } = planMemory(limits, signer.local !== undefined);
  if (capacity.streams.taken < streams) {
    release.push(capacity.streams.take(streams));
    return streamSource(part);
  }
  const { file, size, close } = await capacity.spool.take(part, limits.maxSpool);
  release.push(close);
  return spooledSource(part.name, file, size);
}

/** Waits for the memory of the parts of a file that has come; its client waits for nothing but the answer. */
async function memoryFor(
  { context, capacity, gone, release }: Receiving,
  source: ReturnType<typeof memorySource>,
): Promise<void> {
  const here = context.signer.local !== undefined;
  if (here || !source.replayable || (source.facts.size ?? 0) <= SMALL) return;
  const { files } = planMemory(context.limits, here);
  const patience = context.limits.requestTimeout || DAY;
  const queueing = {
    ...capacity.queueing(context, gone),
    most: files,
    patience,
    longest: Number.POSITIVE_INFINITY,
  };
  release.push(await capacity.files.takeSoon(queueing));
}

/** Its fields, or some of them, come after it. */
async function afterwards(receiving: Receiving, part: FilePart): Promise<Received> {
  const { fields, form, context, capacity, release } = receiving;
  const credential = credentialOf(receiving, fields.token);
  const known = await isKnown(context, receiving.scope, credential);
  if (known) {
    receiving.onKnown();
    release.push(capacity.waiting.take(context.limits.maxUploads));
  }
  const stopWatching = known ? (): void => undefined : boundStranger(receiving, part);
  const source = await takenIn(receiving, part, known).finally(stopWatching);
  await form.whole;
  const stated = fields.read();
  const size = source.facts.size ?? 0;
  const allowed = await authorised(receiving, part, stated, { size, maxSize: size });
  if (size > (allowed.maxSize ?? size)) throw tooLarge(allowed.maxSize ?? 0);
  return stored(receiving, part, stated, allowed, source);
}

/** Nobody knows who sends it: it must be small, and not slow. Answers how to stop looking at how fast it comes. */
function boundStranger(
  { context, scope, capacity, form, release, maxSize }: Receiving,
  part: FilePart,
): () => void {
  const { limits, clock } = context;
  release.push(capacity.strangers.enter(scope.address, maxSize, limits));
  part.limitTo(limits.maxStrangerSize, tooLargeForStranger(limits.maxStrangerSize));
  const received = (): number => part.received;
  return watchRate(clock, limits, received, (error) => form.fail(error));
}

function credentialOf({ scope }: Receiving, token: string | null): Credential {
  return { ...scope.credential, token: token ?? scope.credential.token };
}

/** Where many run, less of each is in memory. */
function smallFor({ context, capacity }: Pick<Receiving, 'context' | 'capacity'>): number {
  return context.signer.local === undefined && capacity.running.taken <= FEW ? SMALL : SMALL_HERE;
}

async function takenIn(
  { context, capacity, release }: Receiving,
  part: FilePart,
  known: boolean,
): Promise<ReturnType<typeof memorySource>> {
  const { maxSpool, maxStrangersSpool } = context.limits;
  const chunks = await part.gather(known ? smallFor({ context, capacity }) : STRANGERS_MEMORY);
  if (chunks !== null) return memorySource(part.name, chunks);
  const { file, size, close } = known
    ? await capacity.spool.take(part, maxSpool)
    : await capacity.strangersSpool.take(part, maxStrangersSpool);
  release.push(close);
  return spooledSource(part.name, file, size);
}

/** Asks the owner, and takes a slot and the user's share. */
async function authorised(
  receiving: Receiving,
  part: FilePart,
  { token, uid, mid, source }: UploadFields,
  sizes: { readonly size: number | null; readonly maxSize: number },
): Promise<Allowed> {
  const { context, scope, capacity, fields, gone, release } = receiving;
  const credential = credentialOf(receiving, token);
  const facts = fileFacts(part);
  const request = {
    credential,
    uid,
    mid,
    source,
    secure: false,
    fields: fields.others(),
    ...facts,
    ...sizes,
  };
  scope.notes.uid = uid;
  await admit(context, scope, { kind: 'upload', action: 'upload', credential });
  const allowed = await ask(context.authorise, { action: 'upload', via: 'upload-url', ...request }, gone);
  receiving.onKnown();
  scope.notes.uid = allowed.uid ?? uid;
  release.push(await capacity.running.takeSoon(capacity.queueing(context, gone)));
  return allowed;
}

async function stored(
  receiving: Receiving,
  part: FilePart,
  fields: UploadFields,
  allowed: Allowed,
  source: ReturnType<typeof memorySource>,
): Promise<Received> {
  const { context, capacity, gone, maxSize, scope } = receiving;
  const { mid, uid, source: fileSource } = fields;
  const { requestId } = scope;
  const file = {
    ...fileFacts(part),
    source,
    fileSource,
    mid,
    uid: allowed.uid ?? uid,
    secure: allowed.secure ?? false,
    maxSize: Math.min(maxSize, allowed.maxSize ?? maxSize),
    owner: await ownerOf(context, requestId, gone),
  };
  const room = { bytes: source.facts.size ?? file.maxSize, keptFor: context.limits.requestTimeout || DAY };
  const holding = await reserve(context, scope, allowed.uid, room);
  // A file that is not settled by then is given back.
  receiving.release.push(() => release(context, holding));
  await memoryFor(receiving, source);
  const { local } = context.signer;
  const object = await (local === undefined
    ? storeFile(capacity.runtimeFor(context), context.signer, file, gone)
    : storeLocally(context, local, file, gone));
  scope.notes.bytes = object.size;
  await settle(context, holding, object.size);
  tellOutcome(context, { requestId, via: 'upload-url' }, { state: 'stored', object });
  return { object, fields };
}

/** Asks the owner's hook of this upload; nobody is asked for a client that is gone. */
async function ownerOf(context: NodeContext, requestId: string, gone: AbortSignal): Promise<Owner | null> {
  const { signer, onStored } = context;
  if (onStored === null) return null;
  await assertStages(signer, { signal: gone });
  const [{ name: store }] = (await context.signing()).stores;
  const via = 'upload-url';
  return {
    staging: stagingOf(context),
    inspection: (ticket, manifest) => {
      const upload = { signer, store, ticket, manifest, via, requestId, holding: null } as const;
      const { inspect } = inspectionOf(context, upload);
      return inspect === undefined ? {} : { inspect: unlessGone(gone, inspect) };
    },
    onRefused: (refused) => tellOutcome(context, { requestId, via }, refused),
  };
}

function unlessGone(gone: AbortSignal, inspect: NonNullable<CommitCall['inspect']>): typeof inspect {
  return (pending) => {
    gone.throwIfAborted();
    return inspect(pending);
  };
}
