import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import {
  createRuntime,
  download,
  type Runtime,
  type Signer,
  type StoredObject,
  sweepUploads,
  type TransferEvent,
  upload,
} from '@mesibo-files/handler-core';
import { fileJournal, nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort, JournalRecord } from '@mesibo-files/handler-core/provider';
import { seededRandom } from '@mesibo-files/handler-core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { call } from '../carry/signer-test.ts';
import { bytesOf } from '../check/bytes.ts';
import { alike, check, equal, sameBytes } from '../check/check.ts';
import type { SignerBench } from '../harness/signer-harness.ts';
import { bundleProgram } from './bundle-program.ts';
import { VICTIM_MESSAGE, type VictimOrders } from './victim.ts';

/** A store, and a program that uploads to it until it is killed. */
export interface KillHarness {
  /** Name of the suite in the report. */
  readonly name: string;
  /** Opens a bench with a store that holds nothing, and says what the program makes the same signer of. */
  open(): Promise<{ readonly bench: SignerBench; readonly settings: unknown }>;
  /** The program: a file, in TypeScript or JavaScript, that calls `runVictim`. */
  readonly program: URL;
  /** Bytes of the file: several parts. */
  readonly size: number;
  /** How many processes are killed, for each direction. */
  readonly kills: number;
  /** Makes the moments random, and the same again. Default 1. */
  readonly seed?: number;
}

/** Milliseconds that one kill, and what follows it, may take. */
const KILL_TIMEOUT = 180_000;

/**
 * Registers tests that kill processes (`SIGKILL`) at random moments of an upload and of a download, with the journal on the
 * disk, and resume in another process: the bytes are right, nothing that the store lists is sent again, there is one
 * object, and nothing is left of it all after a sweep.
 */
export function describeKills(harness: KillHarness): void {
  describe.concurrent(`processes that are killed: ${harness.name}`, () => {
    let folder = '';
    let started: Victims | null = null;
    const victims = (): Victims => {
      if (started === null) throw new Error('no victim was started');
      return started;
    };
    let takes = { upload: 0, download: 0 };
    const bytes = bytesOf(harness.size, 3);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mesibo-files-kills-'));
      started = new Victims(await bundleProgram(harness.program, folder));
      takes = await measure(harness, victims(), folder, bytes);
    }, KILL_TIMEOUT);
    afterAll(async () => {
      await started?.end();
      await rm(folder, { recursive: true, force: true });
    });

    for (let number = 1; number <= harness.kills; number += 1) {
      const random = seededRandom((harness.seed ?? 1) * 1_000_003 + number);
      it(
        `upload ${number} of ${harness.kills}`,
        () =>
          killUpload(
            harness,
            victims(),
            join(folder, `u${number}`),
            bytes,
            () => random.fraction() * takes.upload,
          ),
        KILL_TIMEOUT,
      );
      it(
        `download ${number} of ${harness.kills}`,
        () =>
          killDownload(
            harness,
            victims(),
            join(folder, `d${number}`),
            bytes,
            () => random.fraction() * takes.download,
          ),
        KILL_TIMEOUT,
      );
    }
  });
}

async function measure(
  harness: KillHarness,
  victims: Victims,
  folder: string,
  bytes: Uint8Array,
): Promise<{ upload: number; download: number }> {
  const { bench, settings } = await harness.open();
  try {
    const path = join(folder, 'measured.bin');
    await writeFile(path, bytes);
    const orders = { settings, journal: join(folder, 'measured'), path, url: null };
    const uploads = await victims.send(orders).finish();
    const runtime = createRuntime({ journal: false });
    const object = await upload({ signer: bench.signer, runtime, from: path });
    const downloads = await victims.send({ ...orders, path: `${path}.copy`, url: object.url }).finish();
    // A little longer, so that some are killed at the very end, and some not at all.
    return { upload: uploads * 1.1, download: downloads * 1.1 };
  } finally {
    await bench.close();
  }
}

async function killUpload(
  harness: KillHarness,
  victims: Victims,
  folder: string,
  bytes: Uint8Array,
  moment: () => number,
): Promise<void> {
  await mkdir(folder);
  const { bench, settings } = await harness.open();
  const journal = join(folder, 'journal');
  const path = join(folder, 'in.bin');
  try {
    await writeFile(path, bytes);
    const first = moment();
    await victims.send({ settings, journal, path, url: null }).kill(first);
    // Some are killed once more, on their way on.
    if (first % 3 < 1) await victims.send({ settings, journal, path, url: null }).kill(moment());
    const { runtime, sent } = surviving(journal);
    const held = await heldBy(bench.signer, await runtime.ports.journal.list(), bytes.length);
    const object = await upload({ signer: bench.signer, runtime, from: path, mid: VICTIM_MESSAGE });
    check(
      sent() <= bytes.length - held,
      `of ${bytes.length} bytes the store listed ${held}, and ${sent()} were sent after the kill`,
    );
    await checkStore(bench, object, bytes);
    // As one that runs at intervals: a connection that the store closes meanwhile ends one sweep, not the next.
    await eventually(async () => {
      await sweepUploads({ signer: bench.signer, runtime, olderThan: 0 });
    });
    equal(await bench.store.unfinished(), 0, 'unfinished uploads after a sweep');
    await checkStore(bench, object, bytes);
    alike(
      (await runtime.ports.journal.list())
        .map(({ state }) => state)
        .filter((state) => state !== 'stored' && state !== 'asked'),
      [],
      'records of unfinished uploads after a sweep',
    );
  } finally {
    await fileJournal(journal).close();
    await bench.close();
    await rm(folder, { recursive: true });
  }
}

async function checkStore(bench: SignerBench, object: StoredObject, bytes: Uint8Array): Promise<void> {
  alike(await bench.store.keys(), [object.key], 'the objects in the store');
  sameBytes(await bench.store.bytes(object.key), bytes, 'what the store holds');
}

async function killDownload(
  harness: KillHarness,
  victims: Victims,
  folder: string,
  bytes: Uint8Array,
  moment: () => number,
): Promise<void> {
  await mkdir(folder);
  const { bench, settings } = await harness.open();
  const journal = join(folder, 'journal');
  const targets = join(folder, 'targets');
  const path = join(targets, 'out.bin');
  try {
    await mkdir(targets);
    await writeFile(join(folder, 'in.bin'), bytes);
    const uploading = createRuntime({ journal: false });
    const { url } = await upload({ signer: bench.signer, runtime: uploading, from: join(folder, 'in.bin') });
    const finished = await victims.send({ settings, journal, path, url }).kill(moment());
    const there = (await readdir(targets)).includes('out.bin');
    if (finished) check(there, 'a download that said so is there');
    if (there) sameBytes(await readFile(path), bytes, 'what is at the target of a killed download');
    const { runtime, received, kept } = surviving(journal);
    await download({ signers: [bench.signer], runtime, url, to: path });
    sameBytes(await readFile(path), bytes, 'what was downloaded');
    check(
      received() <= bytes.length - kept(),
      `of ${bytes.length} bytes ${kept()} were kept, and ${received()} were fetched after the kill`,
    );
    // An upload that began and was not noted yet belongs to nobody, and is swept by its age.
    await eventually(async () => {
      await runtime.ports.files.sweep?.(targets, -KILL_TIMEOUT);
      alike(await readdir(targets), ['out.bin'], 'the files beside the target after a sweep');
    });
  } finally {
    await fileJournal(journal).close();
    await bench.close();
    await rm(folder, { recursive: true });
  }
}

/**
 * Checks until it holds, for some seconds. A download sweeps its folder in the background, and for that moment has a file
 * in it whose time it compares with; what a killed process left stays.
 */
async function eventually(holds: () => Promise<void>): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      return await holds();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The process that resumes: this one. It counts the bytes that it sends and receives. */
interface Survivor {
  readonly runtime: Runtime;
  readonly sent: () => number;
  readonly received: () => number;
  /** Bytes that an earlier attempt left, as its events say. */
  readonly kept: () => number;
}

function surviving(journal: string): Survivor {
  const count = { sent: 0, received: 0, kept: 0 };
  const http = nodeHttp();
  const counting: HttpPort = {
    async send(request) {
      count.sent += request.body?.size ?? 0;
      const answer = await http.send(request);
      return {
        status: answer.status,
        headers: answer.headers,
        consume: (onChunk) =>
          answer.consume((chunk) => {
            count.received += chunk.length;
            return onChunk(chunk);
          }),
        text: (limit) => answer.text(limit),
        discard: () => answer.discard(),
      };
    },
  };
  const onEvent = (event: TransferEvent): void => {
    if (event.type === 'resumed') count.kept += event.bytes;
  };
  return {
    runtime: createRuntime({ journal, ports: { http: counting }, onEvent }),
    sent: () => count.sent,
    received: () => count.received,
    kept: () => count.kept,
  };
}

/** Bytes that the store lists of the upload that the journal knows. A session is asked by the engine alone: none. */
async function heldBy(signer: Signer, records: readonly JournalRecord[], size: number): Promise<number> {
  const [record] = records.filter(({ waiters }) => waiters.length > 0);
  if (record === undefined || record.state === 'asked' || record.state === 'given-up') return 0;
  if (record.state === 'stored') return size;
  const { stored } = await signer.resume(record.ticket, call);
  if (stored.state === 'committed') return size;
  if (stored.state === 'parts') return stored.parts.reduce((sum, part) => sum + part.size, 0);
  return stored.state === 'offset' ? (stored.offset ?? 0) : 0;
}

/** Processes that wait for orders: the next is started while one is at work, for starting takes longest. */
class Victims {
  readonly #program: string;
  #next: Victim;

  constructor(program: string) {
    this.#program = program;
    this.#next = new Victim(program);
  }

  send(orders: VictimOrders): Victim {
    const victim = this.#next;
    this.#next = new Victim(this.#program);
    victim.order(orders);
    return victim;
  }

  async end(): Promise<void> {
    await this.#next.end();
  }
}

/** A process that moves a file. */
class Victim {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: string[] = [];
  readonly #ended: Promise<void>;
  #onLine: () => void = () => undefined;

  constructor(program: string) {
    this.#child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A note of a store's SDK, for developers.
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
  }

  order(orders: VictimOrders): void {
    this.#child.stdin.write(`${JSON.stringify(orders)}\n`);
  }

  /** Lets it finish; answers how many milliseconds its transfer took. */
  async finish(): Promise<number> {
    await this.#said('ready');
    const start = performance.now();
    await this.#said('done');
    const took = performance.now() - start;
    await this.#ended;
    return took;
  }

  /** Kills it so many milliseconds after it was ready; answers whether it was done by then. */
  async kill(after: number): Promise<boolean> {
    await this.#said('ready');
    await new Promise((resolve) => setTimeout(resolve, after));
    await this.end();
    return this.#lines.includes('done');
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #said(line: string): Promise<void> {
    let over = false;
    const ended = this.#ended.then(() => {
      over = true;
    });
    while (!this.#lines.includes(line)) {
      if (over) throw new Error(`a victim ended before it was ${line}`);
      await Promise.race([
        ended,
        new Promise<void>((resolve) => {
          this.#onLine = resolve;
        }),
      ]);
    }
  }
}
