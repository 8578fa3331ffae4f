import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import type { Commit, Manifest } from '@mesibo-files/handler-core/provider';
import { check } from '../check/check.ts';
import { type Carried, carry } from './carry.ts';
import { type TestFile, type TestFileOptions, testFile } from './file.ts';
import { sendSession, sessionPlan } from './session.ts';
import { call, type SignerTest } from './signer-test.ts';
import { type Begun, begin, manifestOf, sendPart, signParts } from './upload.ts';

/** How far an upload got: nothing sent, some of it (nothing, where one request carries all), or every byte. */
export type Stage = 'nothing' | 'some' | 'all';

export const STAGES: readonly Stage[] = ['nothing', 'some', 'all'];

/** Sends as much of the file as the stage says; every answer must be `done`. */
export async function reach(begun: Begun, stage: Stage): Promise<void> {
  if (stage === 'nothing') return;
  if (begun.plan.shape === 'session') {
    if (stage === 'all') await sendSession(begun);
    else if (begun.file.bytes.byteLength > sessionPlan(begun).chunkSize) await sendSession(begun, 0, 1);
    return;
  }
  const parts = await signParts(begun);
  for (const part of stage === 'all' ? parts : parts.slice(0, -1)) {
    const answer = await sendPart(begun, part);
    check(answer.meaning === 'done', `part ${part.number} is done, not ${answer.meaning} (${answer.status})`);
  }
}

/** Commits, with the manifest changed as given. */
export async function commit(begun: Begun, changes: Partial<Manifest> = {}): Promise<Commit> {
  return await begun.signer.commit(begun.plan.ticket, manifestOf(begun, changes), call);
}

/** The object of a commit that must have stored it. */
export function storedBy(outcome: Commit): StoredObject {
  check(outcome.state === 'stored', `the commit stores, and does not answer ${JSON.stringify(outcome)}`);
  return outcome.object;
}

/** A finished upload. */
export interface Uploaded {
  readonly begun: Begun;
  readonly file: TestFile;
  readonly object: StoredObject;
}

/** Uploads a whole file, from begin to commit. */
export async function upload(test: SignerTest, options: TestFileOptions, signer?: Signer): Promise<Uploaded> {
  const file = testFile(test, options);
  const begun = await begin(test, file, signer);
  await reach(begun, 'all');
  return { begun, file, object: storedBy(await commit(begun)) };
}

/** Fetches an object, whole or a range of it, by a fresh read plan. */
export async function download(test: SignerTest, url: string, range?: string): Promise<Carried> {
  const plan = await test.bench.signer.read(url, call);
  test.secrets.addUrl(plan.request.url);
  const headers = range === undefined ? plan.request.headers : { ...plan.request.headers, range };
  return await carry(test, plan.answers, { ...plan.request, headers });
}
