import { join } from 'node:path';
import { type Source, TransferError } from '@mesibo-files/handler-core';
import {
  type BeginCall,
  beginFacts,
  type Commit,
  type CommitCall,
  type FileFacts,
  KIB,
  type LocalPart,
  type LocalUpload,
  type Manifest,
  refused,
  type SignerCall,
  toHex,
} from '@mesibo-files/handler-core/provider';
import { commit } from '../commit.ts';
import { discard } from '../discard.ts';
import { isErrno, StoreFault, told } from '../format/codes.ts';
import { crc32Digest } from '../format/digests.ts';
import { headOf, type ObjectRecord, storedObject } from '../format/metadata.ts';
import { type TicketFacts, writeTicket } from '../ticket.ts';
import type { DiskContext } from './context.ts';
import { createFile, syncFolder } from './files.ts';
import { discardFolder, discardQuietly, FOLDER_MODE, type Folder, newStaged } from './folder.ts';
import { checkSize, nameOf, type OpenObject, openObject, placeFlushed, stageRecord } from './objects.ts';
import { onlySealed, recordSession, sessionFolder } from './session-state.ts';
import { writeSource } from './write-source.ts';

/** Takes a whole file in, without a request. It is on the disk, flushed, and nowhere to be read. */
export async function receive(
  context: DiskContext,
  file: FileFacts,
  source: Pick<Source, 'read'>,
  call: BeginCall,
): Promise<LocalUpload> {
  let theirs: { readonly error: unknown } | null = null;
  const read: Source['read'] = (offset, buffer) =>
    source.read(offset, buffer).catch((error: unknown) => {
      theirs = { error };
      throw error;
    });
  try {
    return await told('storing', () => takeIn(context, file, { read }, call));
  } catch (error) {
    // What the source fails with is no failure of the disk.
    throw (theirs as { readonly error: unknown } | null)?.error ?? error;
  }
}

async function takeIn(
  context: DiskContext,
  file: FileFacts,
  source: Pick<Source, 'read'>,
  call: BeginCall,
): Promise<LocalUpload> {
  const { clock, settings } = context;
  const { maxSize, partSize, random } = settings;
  const folder = await context.folder();
  const begun = beginFacts({ ...settings, streamSize: maxSize }, clock, file, call);
  const session = begun.staging === 'none' ? null : toHex(random.bytes(16));
  const name = nameOf(folder, begun.key);
  const staged = await newStaged(folder, 'put');
  try {
    const inside = session === null ? staged : join(staged, onlySealed);
    if (session !== null) await folder.files.mkdir(inside, { mode: FOLDER_MODE });
    const handle = await createFile(folder.files, join(inside, name));
    try {
      const incoming = { source, maxSize: begun.maxSize, signal: call.signal };
      const { bytes, crc } = await writeSource(handle, incoming);
      if (file.size !== null && bytes !== file.size) {
        throw new TransferError('size-mismatch', `${bytes} bytes came, and not ${file.size}`);
      }
      const facts: TicketFacts = { ...begun, size: bytes, session, single: true, partSize };
      const record = recordOf(context, facts, bytes, crc32Digest(crc));
      // One wait for the disk, and not three: what is in the folder was made, and is only to last.
      await all([
        handle.sync(),
        stageRecord(folder, inside, record).then(() => syncFolder(folder.files, inside)),
      ]);
      if (session !== null) await keepSession(folder, staged, session, { facts, record });
      return uploadOf(context, { facts, record, staged });
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discardQuietly(folder, staged);
    throw error;
  }
}

function recordOf({ settings }: DiskContext, facts: TicketFacts, size: number, crc32: string): ObjectRecord {
  return {
    format: 1,
    key: facts.key,
    size,
    ...headOf(facts, settings),
    crc32,
    version: toHex(settings.random.bytes(8)),
    session: facts.session,
    storedAt: settings.clock.now(),
  };
}

/** Waits for all, whichever fails: nothing is at work when this has ended. @throws what the first of them failed with */
async function all(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** An upload that was taken in. */
interface Taken {
  readonly facts: TicketFacts;
  readonly record: ObjectRecord;
  /** Where it waits, when nothing but this process knows of it. */
  readonly staged: string;
}

/** Makes a session of what was taken in, as one that came by a request and waits for its commit. */
async function keepSession(
  folder: Folder,
  staged: string,
  session: string,
  { facts, record }: Pick<Taken, 'facts' | 'record'>,
): Promise<void> {
  const { key, size, maxSize, begunAt } = facts;
  const { contentType, disposition, cacheControl, metadata } = record;
  const head = { contentType, disposition, cacheControl, metadata };
  const ticket = writeTicket(facts);
  await recordSession(folder, staged, { format: 1, key, size, maxSize, head, ticket, begunAt });
  await folder.files.rename(staged, sessionFolder(folder, session));
  await folder.flushes.flush(sessionFolder(folder, session));
}

function uploadOf(context: DiskContext, taken: Taken): LocalUpload {
  const { facts, record } = taken;
  const { size, crc32 } = record;
  const digests = { crc32 };
  const manifest: Manifest = {
    size,
    parts: [{ number: 1, size, digests }],
    digests,
    answered: true,
  };
  const direct = facts.session === null;
  return {
    ticket: writeTicket(facts),
    manifest,
    commit: (call: CommitCall) =>
      told('committing', async () =>
        direct ? place(context, taken) : commit(context, facts, manifest, call),
      ),
    discard: () =>
      told('discarding', async () => {
        if (direct) await discardFolder(await context.folder(), taken.staged);
        else await discard(context, facts);
      }),
  };
}

/** Puts in its place what waits in this process alone: nobody else could commit or refuse it. */
async function place(context: DiskContext, taken: Taken): Promise<Commit> {
  const { facts, record, staged } = taken;
  const folder = await context.folder();
  const stored: Commit = { state: 'stored', object: storedObject(context, record) };
  try {
    if (await placeFlushed(folder, staged, facts.key)) return stored;
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    // Placed by an earlier commit; or swept, or discarded.
    const there = await openObject(folder, facts.key);
    await there?.handle.close();
    return there?.record.version === record.version ? stored : { state: 'gone' };
  }
  return refused('object-exists', 'another object is in its place');
}

/** Bytes that are read from disk at once. */
const READ_PIECE: number = 256 * KIB;

/** Hands an object's bytes over, without a request. */
export async function send(
  context: DiskContext,
  key: string,
  { version, first, end }: LocalPart,
  sink: (chunk: Uint8Array) => void | Promise<void>,
  call: SignerCall,
): Promise<void> {
  const found = await told('opening the object', async () =>
    openObject(await context.folder(), key, version),
  );
  if (found === null) throw new TransferError('object-not-found', 'There is no object under this URL.');
  try {
    if (version !== null && version !== found.record.version) {
      throw new TransferError('object-changed', 'The object is another than was asked for.');
    }
    await told('opening the object', () => checkSize(found));
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(READ_PIECE, end - first)));
    for (let at = first; at < end; ) {
      if (call.signal.aborted) throw new TransferError('stopped', 'Reading the object was stopped.');
      const read = await told('reading the object', () => fill(found, buffer, at, end));
      await sink(buffer.subarray(0, read));
      at += read;
    }
  } finally {
    await found.handle.close();
  }
}

async function fill(
  { handle }: Pick<OpenObject, 'handle'>,
  buffer: Uint8Array,
  at: number,
  end: number,
): Promise<number> {
  const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
  if (bytesRead === 0) throw new StoreFault(500, 'DiskFailure', 'The file on the disk is damaged.');
  return bytesRead;
}
