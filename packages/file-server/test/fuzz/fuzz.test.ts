import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { WireAnswer } from '../node/answer-parser.ts';
import { faultOf } from './checks.ts';
import { type Outcome, overOneConnection } from './client.ts';
import { Dice } from './dice.ts';
import { Known } from './known.ts';
import { Liar } from './liar.ts';
import { fuzzRequest } from './requests.ts';
import { BASE, type FuzzWorld, startFuzzWorld, TOKEN } from './world.ts';

/** How many requests; the gate of the project sends more than a run on a desk. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 5_000);
/** The same seed, the same requests. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120);
/** Requests between two looks at what was left. */
const ROUND: number = Math.min(2_000, Math.ceil(REQUESTS / 4));
/** So many of them come from a client whose token is good and whose word is not. */
const LIES = 0.2;
const CONNECTIONS = 16;
/** Bytes that the heap may grow from its first round to its last, whatever their number. */
const HEAP = 12 * 1024 * 1024;

it(`${REQUESTS} requests: each is answered with no 5xx, a code and a sentence, and nothing is left over`, async () => {
  const logged = vi.spyOn(console, 'error');
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const idle = openResources();
  const spool = join(folder, 'spool');
  await mkdir(spool);
  const world = await startFuzzWorld(spool, join(folder, 'disk'));
  const statuses = new Map<number, number>();
  const faults = new Map<string, string>();
  const did = new Map<string, number>();
  const heap: number[] = [];
  const atFirst = await contentOf(world.diskFolder);
  const urls = new Known(200);
  const tickets = new Known(200);
  for (let round = 0; round * ROUND < REQUESTS; round += 1) {
    const dice = new Dice(SEED + round);
    const told = (outcome: Outcome): void => {
      const { answer, request } = outcome;
      const fault = faultOf(outcome, TOKEN);
      const sent = JSON.stringify(request.bytes.toString('latin1').slice(0, 3000));
      if (fault !== null) faults.set(fault.replaceAll(/[\d-]+/g, '0').slice(0, 60), `${fault}\nto ${sent}`);
      if (answer === null) return;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.status === 200 && request.method === 'POST') remember(answer, urls, tickets);
    };
    const count = Math.min(ROUND, REQUESTS - round * ROUND);
    await sendRound(world, dice, count - Math.ceil(count * LIES), { urls, tickets }, told);
    expect([...faults.values()].slice(0, 8)).toEqual([]);
    expect(await readdir(spool), 'files left over').toEqual([]);
    expect(await contentOf(world.diskFolder), 'files on the disk').toEqual(atFirst);
    const liar = new Liar(world, new Dice(SEED - 1 - round));
    const lies = await liar.round(Math.ceil(count * LIES));
    for (const [what, times] of liar.did) did.set(what, (did.get(what) ?? 0) + times);
    expect(lies.slice(0, 8), 'what an authorised liar got').toEqual([]);
    await checkStored(world);
    heap.push(heapUsed());
  }
  await world.close();
  const left = openResources();
  expect(left.length, `left over: ${left.join(', ')}`).toBeLessThan(idle.length + 5);
  expect(logged).not.toHaveBeenCalled();
  expect((heap.at(-1) ?? 0) - (heap[0] ?? 0), `heap ${heap.join(', ')}`).toBeLessThan(HEAP);
  // It would prove little if all of it ended at the door.
  const rare = REQUESTS < 10_000 ? [] : [206, 302, 416, 431];
  for (const status of [200, 400, 401, 404, 405, 413, 415, 417, ...rare]) {
    expect(statuses.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(0);
  }
  for (const end of ['stored', 'refused', 'missing']) {
    expect(did.get(`commit ${end}`) ?? 0, `commits that are ${end}`).toBeGreaterThan(0);
  }
  console.info(`fuzz: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
  console.info(`the liar: ${JSON.stringify(Object.fromEntries([...did].sort()))}`);
}, 2_400_000);

/** Every file under a folder. */
async function contentOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

/** Sends so many requests, over several connections at a time. */
async function sendRound(
  { ports, signed }: FuzzWorld,
  dice: Dice,
  count: number,
  given: { readonly urls: Known; readonly tickets: Known },
  told: (outcome: Outcome) => void,
): Promise<void> {
  const material = { dice, token: TOKEN, base: BASE, signed, ...given };
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      const many = Math.min(left, 1 + dice.below(12));
      left -= many;
      const requests = Array.from({ length: many }, () => fuzzRequest(material));
      // The last of a connection is the first after which it can't go on.
      const end = requests.findIndex(({ after }) => after !== 'go on');
      left += end < 0 ? 0 : many - end - 1;
      const sent = end < 0 ? requests : requests.slice(0, end + 1);
      await overOneConnection(ports[dice.below(ports.length)] ?? 0, dice, sent, told);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

/** What is in the store is what the servers say that they stored, and nothing is half stored. */
async function checkStored({ store, events }: FuzzWorld): Promise<void> {
  const stored = new Set(events.flatMap((event) => (event.type === 'stored' ? [event.file.key] : [])));
  const faults = events.filter(({ type }) => type === 'fault');
  expect(faults).toEqual([]);
  expect(store.objects.keys().filter((key) => !stored.has(key))).toEqual([]);
  for (const key of store.objects.keys()) store.objects.delete(key);
  store.requests.length = 0;
  events.length = 0;
}

function remember({ headers, body }: WireAnswer, urls: Known, tickets: Known): void {
  if (!/^application\/json/.test(headers['content-type'] ?? '')) return;
  const { url, ticket } = JSON.parse(body);
  if (typeof url === 'string') urls.add(url);
  if (typeof ticket === 'string') tickets.add(ticket);
}

/** Sockets, open files and timers. The test's own runner has one or two, now and then. */
function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout|FS/.test(kind));
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
