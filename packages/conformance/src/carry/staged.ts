import type { StoredObject } from '@mesibo-files/handler-core';
import type { Commit, Manifest, PendingObject, Staging, Verdict } from '@mesibo-files/handler-core/provider';
import { alike, CheckFailed, check, present, sameBytes } from '../check/check.ts';
import { fails } from '../check/fails.ts';
import { isShort } from '../run/sample.ts';
import { type TestFileOptions, testFile } from './file.ts';
import { call, type SignerTest } from './signer-test.ts';
import { type Begun, begin, manifestOf } from './upload.ts';
import { download, reach, storedBy, upload } from './whole.ts';

/** A way to begin what must not be trusted, and a file of this size. */
export interface Trial {
  readonly test: SignerTest;
  /** Undefined where a server decides. */
  readonly staging: Staging | undefined;
  readonly size: number;
  /** A file that was uploaded and committed before: it shows where file URLs are. */
  readonly honest: StoredObject;
}

/** How the staged uploads of a bench begin: where a server stands before the store, it decides. */
function modesOf({ bench, capabilities }: SignerTest): readonly (Staging | undefined)[] {
  if (bench.staged === true) return [undefined];
  return capabilities.staging ? ['hidden', 'readable'] : [];
}

/** How many attacks there are by now. */
let attacks = 0;

/**
 * Runs an attack in every staged mode, on a file in one request and on one in several. A short run takes each mode once
 * and each size once: every second attack pairs them the other way.
 */
export function inEveryMode(attack: (trial: Trial) => Promise<void>): (test: SignerTest) => Promise<void> {
  const turn = attacks++ % 2;
  return async (test) => {
    const modes = modesOf(test);
    for (const [row, staging] of modes.entries()) {
      for (const [column, size] of [1_000, test.bench.sizes.manyParts].entries()) {
        if (isShort() && modes.length > 1 && (row + column) % 2 !== turn) continue;
        try {
          const { object: honest } = await upload(test, { size: 1, seed: 9 });
          await attack({ test, staging, size, honest });
        } catch (error) {
          if (!(error instanceof CheckFailed)) throw error;
          throw new CheckFailed(`${staging ?? 'behind a server'}, ${size} bytes: ${error.message}`);
        }
      }
    }
  };
}

/** Begins a staged upload, with a file of the trial's size unless it is told another. */
export async function beginStaged(trial: Trial, options: Partial<TestFileOptions> = {}): Promise<Begun> {
  const { test, size, staging } = trial;
  return begin(test, testFile(test, { size, ...options }), test.bench.signer, staging);
}

/** Begins a staged upload and sends all of it. */
export async function sendStaged(trial: Trial, options: Partial<TestFileOptions> = {}): Promise<Begun> {
  const begun = await beginStaged(trial, options);
  await reach(begun, 'all');
  return begun;
}

/** Commits with an owner who answers as given, and a manifest changed as given. */
export async function commitAsked(
  begun: Begun,
  inspect: (pending: PendingObject) => Promise<Verdict>,
  changes: Partial<Manifest> = {},
): Promise<Commit> {
  return begun.signer.commit(begun.plan.ticket, manifestOf(begun, changes), { ...call, inspect });
}

/** The path of a key without its prefix. */
const LAYOUT = /(?<!\d)\d{1,16}\/\d{4}\/\d\d\/[0-9a-f]{32}\/[^/?&#]+/;

/** The key that an upload will have, by its signed URLs, or by what waits; null where neither shows it. */
async function keyAhead(trial: Trial, begun: Begun): Promise<string | null> {
  const { honest, test } = trial;
  const prefix = honest.key.replace(LAYOUT, '');
  const waiting = await test.bench.store.waiting();
  const shown = [...begun.signed.map(({ request }) => decodeURIComponent(request.url)), ...waiting.slice(-1)];
  const found = shown.map((text) => LAYOUT.exec(text)?.[0]).find((text) => text !== undefined);
  return found === undefined ? null : prefix + found;
}

/** Fails the case when anybody could read the upload: by the listing, through the signer, or by any of its URLs. */
export async function unread(trial: Trial, begun: Begun): Promise<void> {
  const { test, honest } = trial;
  const { signer, http, store } = test.bench;
  const key = await keyAhead(trial, begun);
  const keys = await store.keys();
  if (key !== null) {
    check(!keys.includes(key), 'what was not committed is under no key of a file');
    const pending = pendingOf(key);
    const [url, waiting] = [key, pending].map((name) => honest.url.replace(honest.key, name));
    check(url !== undefined && waiting !== undefined, 'the file URL ends with the key');
    // Only the server knows where its store lets things wait; it refuses them when it is asked.
    check(trial.test.bench.staged || !signer.owns(waiting), 'what waits for its commit has no file URL');
    for (const each of [url, waiting]) {
      const codes = ['object-not-found', 'foreign-url', 'access-denied', 'forbidden'] as const;
      await fails(() => signer.read(each, call), codes, test.secrets, 'read of what was not committed');
      await refused(each);
    }
    const removing = (): Promise<void> => signer.remove(waiting, call);
    // A missing object is as good as removed; a commit shows whether it still waits.
    if (trial.test.bench.staged) await removing().catch(() => undefined);
    else await fails(removing, ['foreign-url', 'forbidden'], test.secrets, 'remove of what waits');
  }
  for (const { request } of begun.signed) {
    await refused(request.url);
    await refused(request.url.split('?')[0] ?? '');
  }

  async function refused(url: string): Promise<void> {
    const signal = AbortSignal.timeout(60_000);
    const answer = await http.send({ method: 'GET', url, headers: {}, signal }).catch(() => null);
    const text = (await answer?.text(1_000_000)) ?? '';
    const shown = answer !== null && answer.status < 400 && text.length > 0;
    check(!shown, `a GET of a URL that was signed for sending shows nothing, and not ${answer?.status}`);
  }
}

/** Fails the case when anything waits of this upload that is more than the mark of a refusal. */
export async function nothingWaits(trial: Trial, begun: Begun): Promise<void> {
  const { store } = trial.test.bench;
  const key = await keyAhead(trial, begun);
  for (const name of await store.waiting()) {
    if (key !== null && !name.endsWith(key.slice(key.search(LAYOUT)))) continue;
    check((await store.facts(name)).size === 0, 'nothing of the upload waits any more');
  }
}

function pendingOf(key: string): string {
  const at = key.search(LAYOUT);
  return `${key.slice(0, at)}pending/${key.slice(at)}`;
}

/** What a recipient and the store's own listing are told of an object, without what differs between two uploads. */
export interface Served {
  readonly headers: readonly (string | undefined)[];
  readonly metadata: readonly (readonly [string, string])[];
  readonly contentType: string;
  readonly contentDisposition: string | null;
}

const SERVED = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
];

export async function served(test: SignerTest, object: StoredObject): Promise<Served> {
  const answer = await download(test, object.url);
  const { metadata, contentType, contentDisposition } = await test.bench.store.facts(object.key);
  return {
    headers: SERVED.map((name) => answer.headers[name]),
    // The id of the transfer is each upload's own.
    metadata: Object.entries(metadata)
      .filter(([name]) => !name.endsWith('mesibotransfer'))
      .sort(),
    contentType,
    contentDisposition,
  };
}

/** Fails the case unless the upload is stored as an honest one, with its own bytes. */
export async function isWhole(
  trial: Trial,
  begun: Begun,
  outcome: Commit,
  like?: Served,
): Promise<StoredObject> {
  const object = storedBy(outcome);
  const { store } = trial.test.bench;
  check((await store.keys()).includes(object.key), 'the committed object is there');
  sameBytes(await store.bytes(object.key), begun.file.bytes, 'what the store holds');
  sameBytes((await download(trial.test, object.url)).body, begun.file.bytes, 'what a recipient reads');
  if (like !== undefined) alike(await served(trial.test, object), like, 'what is told of the object');
  const { sender } = object;
  check(
    present(sender, 'a sender').uid === begun.file.facts.uid,
    'the sender is the one that begin was told',
  );
  return object;
}
