import {
  discardUpload,
  download,
  type Source,
  sweepDownloads,
  sweepUploads,
  TransferError,
  type TransferEvent,
  upload,
} from '@mesibo-files/handler-core';
import type { Clock } from '@mesibo-files/handler-core/provider';
import { seededRandom } from '@mesibo-files/handler-core/testing';
import { Actor, type Device, type Office, STATE, type Surroundings } from './actor.ts';
import { Disk } from './disk.ts';
import {
  type DownloadFlight,
  type Flight,
  MESSAGES,
  type Message,
  troubleBehind,
  type UploadFlight,
} from './flight.ts';
import { BEGINNING, type Life } from './life.ts';
import type { Server } from './network.ts';
import { PLAIN_BASE, plainServer } from './plain-server.ts';
import { COUNTS, type Setting, type Step } from './steps.ts';
import { Store, type TicketView, viewTicket } from './stores.ts';
import { settled, Timeline } from './timeline.ts';

/** What a world was caught at. */
export class Violation extends Error {
  readonly kind: string;

  constructor(kind: string, detail: string) {
    super(`${kind}: ${detail}`);
    this.name = 'Violation';
    this.kind = kind;
  }
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** A stop is over within so many milliseconds, whatever the network does. */
const STOP_WITHIN = 100;
/** With all links and stores well, every transfer is over within so many milliseconds. */
const OVER_WITHIN = HOUR;
/** What goes on in the background is over within so many milliseconds. */
const IDLE_WITHIN = 10 * 60 * SECOND;
/** How long after joining an upload a waiter is written to the journal, in milliseconds. */
const NOTED_WITHIN = 100;
/** What was asked of a store, and noted, so many milliseconds before or after a loss of power may be unknown. */
const FLUSHED_WITHIN = 5 * SECOND;
/** What was asked of a store over a slow link, and is lost on its way back, arrives there so many milliseconds later at most. */
const ARRIVES_WITHIN = 5 * SECOND;
/** The most events in one world. */
const MOST_HAPPENINGS = 60_000;

const INBOX = '/in';
const OUTBOX = '/out';

/** Something that was wrong with the world from one moment to another. */
interface Trouble {
  readonly what: string;
  readonly from: number;
  to: number | null;
}

/** A version of a file that is sent. */
interface Version {
  readonly bytes: Uint8Array;
  readonly from: number;
}

/** Several users, processes and runtimes, that share folders, files, URLs and stores. */
export class World {
  readonly timeline: Timeline = new Timeline();
  readonly actors: readonly Actor[];
  readonly devices: readonly Device[];
  readonly stores: readonly Store[];
  /** What happened, for people. */
  readonly story: string[] = [];
  violation: Violation | null = null;
  readonly #setting: Setting;
  readonly #except: ReadonlySet<string>;
  readonly #plain: Server;
  readonly #flights: Flight[] = [];
  readonly #chores: { readonly name: string; readonly life: Life; readonly began: number; over: boolean }[] =
    [];
  readonly #troubles: Trouble[] = [];
  readonly #urls: { readonly url: string; readonly bytes: Uint8Array }[] = [];
  readonly #versions: Map<string, Version[]> = new Map();
  readonly #wanted: Map<string, Uint8Array[]> = new Map();
  readonly #discarded = new Set<bigint>();
  /** Those that were deleted at any time: sent again, they are stored again. */
  readonly #everDiscarded = new Set<bigint>();
  /** Lives that swept without regard for others, and whose they were. */
  readonly #ruthless = new Map<Life, Actor>();
  /** Keys of the uploads whose begin was answered. */
  readonly #answered = new Set<string>();
  /** How many uploads of a life have had their turn. */
  readonly #begun = new Map<Life, number>();
  /** Messages that are being deleted right now: nobody sends such a one. */
  readonly #discarding = new Map<bigint, Life>();
  #happenings = 0;

  /** `except`: kinds of violations that are passed over. */
  constructor(setting: Setting, except: ReadonlySet<string>) {
    this.#setting = setting;
    this.#except = except;
    const { timeline } = this;
    const clock: Clock = {
      now: () => BEGINNING + timeline.now,
      monotonic: () => timeline.now,
      after: (milliseconds, callback) => timeline.after(milliseconds, callback),
    };
    const fail = (kind: string, detail: string): void => this.fail(kind, detail);
    this.stores = setting.stores.map(
      (store, number) => new Store(`store${number}`, store, clock, setting.chance + number + 1, fail),
    );
    this.devices = [0, 1].map((number) => this.#newDevice(number));
    const files = new Map(
      [0, 1].map((number) => [`file${number}`, pattern(50 + number, setting.sizes[number] ?? 0)]),
    );
    this.#plain = { name: 'plain', state: 'well', serve: plainServer(files, setting.tags) };
    for (const [name, bytes] of files) this.#urls.push({ url: `${PLAIN_BASE}${name}`, bytes });
    this.stores.forEach((store, number) => {
      for (const each of [0, 1]) {
        const bytes = pattern(60 + 10 * number + each, setting.sizes[each] ?? 0);
        store.memory.objects.put(`seed${each}`, bytes);
        this.#urls.push({ url: `${store.memory.baseUrl}/seed${each}`, bytes });
      }
    });
    const around: Surroundings = {
      timeline,
      chanceOf: (name) => seededRandom(mixed(setting.chance, name)),
      stores: this.stores,
      lanes: setting.lanes,
      serverOf: (url) =>
        this.stores.find(({ memory }) => url.startsWith(`${memory.baseUrl}/`)) ??
        (url.startsWith(PLAIN_BASE) ? this.#plain : undefined),
      onEvent: (actor, runtime, event) => this.#hear(actor, runtime, event),
      onCall: (actor, runtime, store, method, args, result) => {
        if (method === 'begin' || method === 'resume') {
          const ticket = method === 'begin' ? (result as { ticket: string }).ticket : String(args[0]);
          this.#answered.add(viewTicket(ticket).key);
          this.#uses(actor, runtime, store, ticket, method === 'begin');
          const { stored } = result as { stored?: { state: string; parts?: { number: number }[] } };
          const numbers = stored?.parts?.map(({ number }) => number) ?? [];
          if (method === 'resume') store.listed(ticket, numbers, actor.life);
        } else if (method === 'commit') {
          const { state, parts } = result as { state: string; parts?: number[] };
          if (state === 'missing') store.missed(String(args[0]), parts ?? [], actor.life);
        }
      },
      onDiscard: (...discard) => this.#checkDiscard(...discard),
    };
    this.actors = Array.from(
      { length: COUNTS.actors },
      (_, number) => new Actor(around, number, this.#device(number === 2 ? 1 : 0), setting.link),
    );
  }

  fail(kind: string, detail: string): void {
    if (!this.#except.has(kind)) this.violation ??= new Violation(kind, detail);
  }

  /** Does one step, and lets as many things happen as it says. @throws Violation */
  async take(step: Step): Promise<void> {
    this.#tell(describe(step));
    await this.#do(step);
    await settled();
    this.#look();
    let count = 0;
    await this.#happen(Number.POSITIVE_INFINITY, () => {
      count += 1;
      return count <= step.pace;
    });
    this.#look();
  }

  /** Mends everything, waits for everybody, and looks at what is left. @throws Violation */
  async end(): Promise<void> {
    this.#tell('all is mended');
    this.#mend();
    await this.#until(OVER_WITHIN, 'a transfer never ended', () => this.#running()[0]);
    await this.#choresOver();
    await this.#sendAgain();
    await this.#restAndCheck();
    await this.#sweepAndCheck();
    this.#look();
  }

  async #do(step: Step): Promise<void> {
    switch (step.do) {
      case 'send':
        return this.#send(step.message, step.elsewhere, step.renamed, step.hops);
      case 'fetch':
        return this.#fetch(step);
      case 'stream':
        return this.#stream(step);
      case 'follow':
        return this.#follow(step.flight, step.elsewhere);
      case 'stop': {
        const running = this.#running();
        const flight = running[step.flight % Math.max(1, running.length)];
        if (flight !== undefined) this.#stop(flight);
        return;
      }
      case 'discard':
        return this.#discard(step.message);
      case 'kill': {
        const actor = this.#actor(step.actor);
        if (!actor.life.alive) return;
        actor.life.kill();
        return this.#bury(actor.life);
      }
      case 'restart': {
        const actor = this.#actor(step.actor);
        if (!actor.life.alive) actor.restart();
        return;
      }
      case 'power': {
        this.#troubles.push({ what: `power ${step.device}`, from: this.timeline.now, to: this.timeline.now });
        for (const actor of this.actors) {
          if (actor.device.number !== step.device || !actor.life.alive) continue;
          actor.life.end();
          this.#bury(actor.life);
        }
        this.#device(step.device).boots += 1;
        const random = seededRandom(this.#setting.chance + this.#happenings);
        for (const actor of this.actors) {
          if (actor.device.number === step.device) actor.journals.lose(this.timeline.now, random.fraction());
        }
        return this.#device(step.device).disk.lose(random);
      }
      case 'link': {
        const actor = this.#actor(step.actor);
        actor.link = step.state;
        return this.#trouble(`network of ${actor.name}`, step.state !== 'fast');
      }
      case 'server': {
        const server = [...this.stores, this.#plain][step.server] as Server;
        server.state = step.state;
        return this.#trouble(`network of ${server.name}`, step.state !== 'well');
      }
      case 'disk': {
        const { disk } = this.#device(step.device);
        disk.capacity = step.room === null ? Number.POSITIVE_INFINITY : disk.used() + step.room;
        return this.#trouble(`disk ${step.device}`, step.room !== null);
      }
      case 'edit':
        return this.#edit(step.device, step.file);
      case 'clock':
        this.#device(step.device).ahead += step.hours * HOUR;
        this.#troubles.push({ what: 'clock', from: this.timeline.now, to: this.timeline.now });
        return;
      case 'sweep':
        return this.#sweep(this.#actor(step.actor), step.store, step.hours * HOUR);
      case 'wait':
        return this.#wait(step.seconds * SECOND);
    }
  }

  #actor(number: number): Actor {
    return this.actors[number] as Actor;
  }

  #device(number: number): Device {
    return this.devices[number] as Device;
  }

  #running(): Flight[] {
    return this.#flights.filter(({ over }) => over === null);
  }

  #send(number: number, elsewhere: boolean, renamed: boolean, hops: number | null): void {
    const message = MESSAGES[number] as (typeof MESSAGES)[number];
    const actor = this.#actor(message.actor);
    const office = actor.offices[message.runtime];
    const store = this.stores[elsewhere ? 1 - message.store : message.store];
    if (!actor.life.alive || office === undefined || store === undefined) return;
    if (this.#discarding.get(message.mid) === actor.life) return;
    const name = renamed ? 'renamed.bin' : `f${message.file}`;
    this.#discarded.delete(message.mid);
    this.#upload(office, message, store, name, `${OUTBOX}/f${message.file}`, hops);
  }

  #stream(step: Extract<Step, { do: 'stream' }>): void {
    const actor = this.#actor(step.actor);
    const office = actor.offices[step.runtime];
    const store = this.stores[step.store];
    if (!actor.life.alive || office === undefined || store === undefined) return;
    const number = this.#flights.length;
    const { file, runtime } = step;
    const message = {
      mid: BigInt(1000 + number),
      actor: step.actor,
      runtime,
      signer: 0,
      store: step.store,
      file,
    };
    const bytes = actor.device.disk.file(`${OUTBOX}/f${file}`).bytes.slice();
    this.#upload(office, message, store, `s${number}`, streamOf(bytes, actor.life), step.hops);
  }

  #upload(
    office: Office,
    message: Message,
    store: Store,
    name: string,
    from: string | Source,
    hops: number | null,
  ): void {
    const actor = this.#actor(message.actor);
    const flight: UploadFlight = {
      ...this.#newFlight(actor, message.runtime),
      kind: 'upload',
      message,
      store,
      signer: message.signer,
      name,
      stream: typeof from !== 'string',
      joined: false,
      uploads: new Map(),
    };
    this.#flights.push(flight);
    const sending = upload({
      runtime: office.runtime,
      signer: office.signer(store, message.signer),
      from,
      uid: actor.uid,
      mid: message.mid,
      source: 0,
      name,
      signal: flight.controller.signal,
    });
    sending.then(
      (object) =>
        this.#land(flight, null, () => this.#checkUploaded(flight, object.key, object.url, object.name)),
      (error) => this.#land(flight, error, () => undefined),
    );
    if (hops !== null) this.#stopSoon(flight, hops);
  }

  #fetch(step: Extract<Step, { do: 'fetch' }>): void {
    const actor = this.#actor(step.actor);
    const office = actor.offices[step.runtime];
    const object = this.#urls[step.url % this.#urls.length];
    if (!actor.life.alive || office === undefined || object === undefined) return;
    // One folder is not there: whoever wants a file in it must fail alone.
    const path = step.path === 2 ? `${INBOX}/missing/d` : `${INBOX}/d${step.path}`;
    const flight: DownloadFlight = {
      ...this.#newFlight(actor, step.runtime),
      kind: 'download',
      url: object.url,
      path,
      wanted: object.bytes,
    };
    this.#flights.push(flight);
    const place = `${actor.device.number} ${path}`;
    this.#wanted.set(place, [...(this.#wanted.get(place) ?? []), object.bytes]);
    const fetching = download({
      runtime: office.runtime,
      signers: this.stores.map((store) => office.signer(store, step.signer)),
      url: object.url,
      to: path,
      mid: BigInt(100 + flight.number),
      foreignUrls: 'plain',
      signal: flight.controller.signal,
    });
    fetching.then(
      () => this.#land(flight, null, () => this.#checkDownloaded(flight)),
      (error) => this.#land(flight, error, () => undefined),
    );
    if (step.hops !== null) this.#stopSoon(flight, step.hops);
  }

  #follow(number: number, elsewhere: boolean): void {
    const downloads = this.#running().filter(
      (flight): flight is DownloadFlight => flight.kind === 'download',
    );
    const first = downloads[number % Math.max(1, downloads.length)];
    if (first === undefined) return;
    const near = this.actors.indexOf(first.actor);
    const far = this.actors.findIndex((one) => one !== first.actor && one.device === first.actor.device);
    this.#fetch({
      do: 'fetch',
      pace: 0,
      hops: null,
      actor: elsewhere && far >= 0 ? far : near,
      runtime: 1 - first.runtime,
      signer: 0,
      url: this.#urls.findIndex(({ url }) => url === first.url),
      path: first.path.startsWith(`${INBOX}/missing`) ? 2 : Number(first.path.at(-1)),
    });
  }

  #newFlight(actor: Actor, runtime: number): Omit<Flight, 'kind'> & { over: null } {
    return {
      number: this.#flights.length,
      actor,
      life: actor.life,
      runtime,
      controller: new AbortController(),
      began: this.timeline.now,
      stopped: null,
      over: null,
    };
  }

  async #stopSoon(flight: Flight, hops: number): Promise<void> {
    for (let count = 0; count < hops; count += 1) await null;
    if (flight.over === null) this.#stop(flight);
  }

  #stop(flight: Flight): void {
    flight.stopped = this.timeline.now;
    flight.controller.abort();
    flight.life.after(STOP_WITHIN, () => {
      if (flight.over === null)
        this.fail('slow stop', `${title(flight)} goes on ${STOP_WITHIN} ms after its stop`);
    });
  }

  /** What a handler does for a message that was deleted: stops its transfers, waits for them, and gives the upload up. */
  #discard(number: number): void {
    const message = MESSAGES[number] as (typeof MESSAGES)[number];
    const actor = this.#actor(message.actor);
    const office = actor.offices[message.runtime];
    if (!actor.life.alive || office === undefined) return;
    const sent = this.#flights.filter(
      (flight): flight is UploadFlight => flight.kind === 'upload' && flight.message === message,
    );
    this.#discarded.add(message.mid);
    this.#everDiscarded.add(message.mid);
    this.#discarding.set(message.mid, actor.life);
    const flights = sent.filter(({ over }) => over === null);
    for (const flight of flights) this.#stop(flight);
    this.#chore(`discard of m${message.mid}`, actor.life, async () => {
      while (flights.some(({ over }) => over === null)) await actor.life.pause(1);
      for (const { store, name } of sent) {
        const signer = office.signer(store, message.signer);
        const from = `${OUTBOX}/f${message.file}`;
        const identity = { uid: actor.uid, mid: message.mid, source: 0, name };
        await discardUpload({ runtime: office.runtime, signer, from, ...identity });
      }
      this.#discarding.delete(message.mid);
    });
  }

  #sweep(actor: Actor, number: number, olderThan: number): void {
    const office = actor.offices[0];
    const store = this.stores[number];
    if (!actor.life.alive || office === undefined || store === undefined) return;
    if (olderThan === 0) this.#ruthless.set(actor.life, actor);
    this.#chore(`sweep of ${actor.name}`, actor.life, async () => {
      await sweepUploads({ runtime: office.runtime, signer: office.sweeper(store), olderThan });
    });
  }

  #chore(name: string, life: Life, work: () => Promise<void>): void {
    const began = this.timeline.now;
    const chore = { name, life, began, over: false };
    this.#chores.push(chore);
    const end = (error: unknown): void => {
      if (!life.alive) return;
      chore.over = true;
      if (error === null) return;
      const { code, message } = TransferError.from(error);
      const trouble = troubleBehind(code);
      if (trouble === null || !this.#troubled(trouble, began))
        this.fail('a chore failed', `${name}: ${code}: ${message}`);
    };
    work().then(
      () => end(null),
      (error) => end(error),
    );
  }

  #bury(life: Life): void {
    for (const flight of this.#running()) {
      if (flight.life === life) flight.over = { at: this.timeline.now, code: 'lost' };
    }
  }

  #land(flight: Flight, thrown: unknown, check: () => void): void {
    if (!flight.life.alive) return;
    const error = thrown === null ? null : TransferError.from(thrown);
    this.#tell(`${title(flight)}: ${error === null ? 'success' : `${error.code}: ${error.message}`}`);
    if (flight.over !== null) this.fail('two results', title(flight));
    flight.over = { at: this.timeline.now, code: error?.code ?? null };
    if (error === null) {
      check();
      return;
    }
    if (error.code === 'stopped' && flight.stopped !== null) return;
    const expected = flight.kind === 'download' && flight.path.includes('/missing/');
    if (expected && error.code === 'target-folder-missing') return;
    const trouble = troubleBehind(error.code);
    if (trouble !== null && this.#troubled(trouble, flight.began)) return;
    // A clock that jumps by a day makes what is being written look abandoned, until its next byte.
    if (flight.kind === 'download' && this.#troubled('clock', flight.began)) return;
    // A sweep without regard for others took what can't be read again.
    const swept = flight.kind === 'upload' && flight.stream && this.#ruthless.size > 0;
    if (swept && error.code === 'upload-gone') return;
    const cause = error.cause instanceof Error ? ` (${error.cause.stack})` : '';
    this.fail(`unexplained ${error.code}`, `${title(flight)}: ${error.message}${cause}`);
  }

  #checkUploaded(flight: UploadFlight, key: string, url: string, name: string | null): void {
    const { memory } = flight.store;
    if (!url.startsWith(`${memory.baseUrl}/`)) {
      this.fail('wrong store', `${title(flight)} was answered with ${url}`);
      return;
    }
    if (name !== flight.name) this.fail('wrong name', `${title(flight)} was answered with ${name}`);
    const bytes = memory.objects.bytes(key);
    const versions = this.#versionsOf(flight.actor.device.number, flight.message.file, flight.began);
    const right = versions.find((version) => bytes !== null && isSame(version, bytes));
    if (right === undefined) this.fail('wrong bytes', `${title(flight)}: the store has ${show(bytes)}`);
    else this.#urls.push({ url, bytes: right });
  }

  #checkDownloaded(flight: DownloadFlight): void {
    const { wanted, path, actor } = flight;
    const found = actor.device.disk.look(path);
    const bytes = found?.kind === 'file' ? found.bytes : null;
    const others = this.#flights.filter(
      (other): other is DownloadFlight =>
        other.kind === 'download' &&
        other.path === path &&
        other.actor.device === actor.device &&
        (other.over === null || other.over.at >= flight.began),
    );
    const right = [flight, ...others].some((one) => bytes !== null && isSame(one.wanted, bytes));
    if (!right)
      this.fail('wrong bytes', `${title(flight)}: there is ${show(bytes)} instead of ${show(wanted)}`);
  }

  /** Versions of a file that were there at some time from this on. */
  #versionsOf(device: number, file: number, since: number): readonly Uint8Array[] {
    const versions = this.#versions.get(`${device} ${file}`) ?? [];
    return versions
      .filter((_, number) => (versions[number + 1]?.from ?? Number.POSITIVE_INFINITY) >= since)
      .map(({ bytes }) => bytes);
  }

  #edit(device: number, number: number): void {
    const versions = this.#versions.get(`${device} ${number}`) ?? [];
    const { disk, ahead } = this.#device(device);
    const bytes = pattern(1000 * device + 10 * number + versions.length, this.#setting.sizes[number] ?? 0);
    const file = disk.file(`${OUTBOX}/f${number}`);
    if (disk.used() > disk.capacity) return;
    file.bytes = bytes;
    file.flushed = bytes.slice();
    file.modified = BEGINNING + ahead + this.timeline.now + 0.001 * versions.length;
    file.changed = file.modified;
    versions.push({ bytes, from: this.timeline.now });
    this.#troubles.push({ what: `edit ${device} ${number}`, from: this.timeline.now, to: this.timeline.now });
  }

  #newDevice(device: number): Device {
    const clock = { ahead: 0 };
    const disk = new Disk(() => BEGINNING + this.timeline.now + clock.ahead);
    const made: Device = Object.assign(clock, {
      number: device,
      disk,
      pids: new Set<number>(),
      boots: 1,
    });
    for (const folder of [INBOX, OUTBOX, STATE]) disk.makeFolder(folder);
    for (let number = 0; number < COUNTS.files; number += 1) {
      const bytes = pattern(1000 * device + 10 * number, this.#setting.sizes[number] ?? 0);
      disk.write(disk.create(`${OUTBOX}/f${number}`), 0, bytes);
      this.#versions.set(`${device} ${number}`, [{ bytes, from: 0 }]);
    }
    disk.flushAll();
    return made;
  }

  #trouble(what: string, begins: boolean): void {
    const current = this.#troubles.find((trouble) => trouble.what === what && trouble.to === null);
    if (begins && current === undefined) this.#troubles.push({ what, from: this.timeline.now, to: null });
    if (!begins && current !== undefined) current.to = this.timeline.now;
  }

  #troubled(what: string, since: number): boolean {
    return this.#troubles.some((trouble) => trouble.what.startsWith(what) && (trouble.to ?? since) >= since);
  }

  #hear(actor: Actor, runtime: number, event: TransferEvent): void {
    if (event.type === 'started' && event.transfer.direction === 'upload') {
      this.#begun.set(actor.life, (this.#begun.get(actor.life) ?? 0) + 1);
    }
    if (event.type !== 'joined' || event.transfer.direction !== 'upload') return;
    const flight = this.#running().findLast(
      (one): one is UploadFlight =>
        one.kind === 'upload' &&
        one.life === actor.life &&
        one.runtime === runtime &&
        one.message.mid === event.transfer.mid &&
        !one.joined,
    );
    if (flight === undefined) return;
    flight.joined = true;
    for (const peer of this.#peers(flight))
      for (const [key, ticket] of peer.uploads) this.#associate(flight, key, ticket);
  }

  /** Uploads that are under way in the same runtime, of the same file to the same store by the same signer. */
  #peers(flight: UploadFlight): UploadFlight[] {
    return this.#running().filter(
      (peer): peer is UploadFlight =>
        peer.kind === 'upload' &&
        peer.life === flight.life &&
        peer.runtime === flight.runtime &&
        peer.store === flight.store &&
        peer.signer === flight.signer &&
        peer.name === flight.name &&
        peer.message.file === flight.message.file,
    );
  }

  /** A run began an upload, or goes on with one. */
  #uses(actor: Actor, runtime: number, store: Store, ticket: string, begins: boolean): void {
    const view = viewTicket(ticket);
    const { mid, key, name } = view;
    for (const flight of this.#running()) {
      if (flight.kind !== 'upload' || flight.life !== actor.life || flight.runtime !== runtime) continue;
      if (flight.store !== store || flight.name !== name || String(flight.message.mid) !== mid) continue;
      if (begins) this.#checkBegun(flight, view);
      this.#associate(flight, key, view);
      for (const peer of this.#peers(flight)) if (peer.joined) this.#associate(peer, key, view);
    }
  }

  #associate(flight: UploadFlight, key: string, ticket: TicketView): void {
    if (!flight.uploads.has(key)) flight.uploads.set(key, { ...ticket, since: this.timeline.now });
  }

  /** An upload was begun for a message: there must be none that it waited for before, and that the store still has. */
  #checkBegun(flight: UploadFlight, begun: TicketView): void {
    const { message, store, name } = flight;
    const { device } = flight.actor;
    const now = this.timeline.now;
    if (this.#everDiscarded.has(message.mid)) return;
    // Such a sweep takes what was stopped a moment ago.
    if ([...this.#ruthless.values()].includes(flight.actor)) return;
    const causes = ['edit', 'clock', `disk ${device.number}`, `power ${device.number}`];
    for (const earlier of this.#flights) {
      if (earlier.kind !== 'upload' || earlier === flight || earlier.message !== message) continue;
      if (earlier.store !== store || earlier.name !== name || earlier.over === null) continue;
      const since = Math.min(earlier.began, flight.began);
      if (causes.some((cause) => this.#troubled(cause, since))) continue;
      for (const [key, upload] of earlier.uploads) {
        // A note of the last moment before the kill may be lost.
        const firm = earlier.over.code !== 'lost' || earlier.over.at - upload.since > NOTED_WITHIN;
        if (key === begun.key || !firm || now - upload.since > 20 * HOUR || !store.holds(upload)) continue;
        this.fail('begun again', `${title(flight)}: the store still has what t${earlier.number} had sent`);
      }
    }
  }

  /** A store is about to give an upload up: nobody may be at it. */
  #checkDiscard(store: Store, ticket: string, by: Life, sweeping: boolean): void {
    const { key, mid } = viewTicket(ticket);
    const users = this.#running().filter(
      (flight): flight is UploadFlight =>
        flight.kind === 'upload' &&
        flight.store === store &&
        flight.stopped === null &&
        flight.uploads.has(key),
    );
    // A run may give up what an earlier run of its own message left: of an older version, for one, or begun too late.
    const own = !sweeping && users.some(({ life, message }) => by === life && mid === String(message.mid));
    for (const user of users) {
      // A sweep of everything older than a moment takes what others are sending, but never what is its own.
      if (sweeping && this.#ruthless.has(by) && by !== user.life) continue;
      if (!sweeping && this.#troubled('edit', this.#beganSending(user))) continue;
      if (own && by === user.life) user.uploads.delete(key);
      else this.fail('another was discarded', `${by.name} gives up the upload of ${title(user)}`);
    }
  }

  /** Since when somebody in the same process sends the same file: one who was joined may have seen it before an edit. */
  #beganSending({ life, message }: UploadFlight): number {
    const began = this.#running().map((flight) =>
      flight.kind === 'upload' && flight.life === life && flight.message.file === message.file
        ? flight.began
        : Number.POSITIVE_INFINITY,
    );
    return Math.min(...began);
  }

  /** Looks at what must hold at any time. @throws Violation */
  #look(): void {
    for (const actor of this.actors) {
      const sources = [...actor.life.descriptors.values()].filter((path) => path.startsWith(OUTBOX)).length;
      const begun = this.#begun.get(actor.life) ?? 0;
      if (sources > begun) {
        this.fail(
          'opened before its turn',
          `${actor.name} has ${sources} files open, and the turn of ${begun} has come`,
        );
      }
    }
    for (const [place, wanted] of this.#wanted) {
      const [device = '', path = ''] = place.split(' ');
      const found = this.devices[Number(device)]?.disk.look(path);
      if (found === undefined) continue;
      const bytes = found.kind === 'file' ? found.bytes : null;
      if (bytes === null || !wanted.some((one) => isSame(one, bytes))) {
        this.fail('a broken file', `${path} of device ${device} has ${show(bytes)}`);
      }
    }
    if (this.violation !== null) throw this.violation;
  }

  /** Lets things happen up to a time, each if `goOn` says so. @throws Violation */
  async #happen(until: number, goOn: () => boolean): Promise<void> {
    await this.timeline.run(until, () => {
      if (this.violation !== null || !goOn()) return false;
      this.#happenings += 1;
      if (this.#happenings > MOST_HAPPENINGS)
        this.fail('too much happens', `more than ${MOST_HAPPENINGS} things`);
      return true;
    });
    if (this.violation !== null) throw this.violation;
  }

  async #wait(milliseconds: number): Promise<void> {
    const until = this.timeline.now + milliseconds;
    await this.#happen(until, () => true);
    this.timeline.now = until;
  }

  /** Lets things happen until nothing of a kind is left. */
  async #until(
    within: number,
    otherwise: string,
    left: () => Flight | { readonly name: string } | undefined,
  ): Promise<void> {
    const until = this.timeline.now + within;
    await this.#happen(until, () => left() !== undefined);
    const still = left();
    if (still !== undefined)
      this.fail(otherwise, 'name' in still && !('kind' in still) ? still.name : title(still as Flight));
    this.#look();
  }

  #mend(): void {
    for (const actor of this.actors) actor.link = 'fast';
    for (const server of [...this.stores, this.#plain]) server.state = 'well';
    for (const { disk } of this.devices) disk.capacity = Number.POSITIVE_INFINITY;
    for (const trouble of this.#troubles) trouble.to ??= this.timeline.now;
    for (const actor of this.actors) if (!actor.life.alive) actor.restart();
  }

  /** Every message that was neither delivered nor deleted is sent once more: now nothing is in its way. */
  async #sendAgain(): Promise<void> {
    const sent = this.#flights.filter((flight): flight is UploadFlight => flight.kind === 'upload');
    const before = this.#flights.length;
    // One after the other, those who joined first: each must find what it waited for.
    for (const [number, message] of [...MESSAGES.entries()].reverse()) {
      const last = sent.findLast((flight) => flight.message === message);
      if (last === undefined || last.over?.code === null || this.#discarded.has(message.mid)) continue;
      this.#send(number, this.stores[message.store] !== last.store, last.name === 'renamed.bin', null);
      await this.#until(OVER_WITHIN, 'a transfer never ended', () => this.#running()[0]);
    }
    for (const { over, number } of this.#flights.slice(before)) {
      if (over?.code !== null)
        this.fail('not sent', `t${number} fails in a world where all is well: ${over?.code}`);
    }
  }

  /** Everything is over: nothing is held any more, and what stores hold somebody knows of. */
  async #restAndCheck(): Promise<void> {
    await this.#wait(IDLE_WITHIN);
    for (const { name, life } of this.actors) {
      const [socket] = life.sockets;
      if (socket !== undefined)
        this.fail('a socket is left', `${name}: ${socket.doing}, of ${life.sockets.size}`);
      const file = [...life.descriptors.values()].find(
        (path) => path.startsWith(INBOX) || path.startsWith(OUTBOX),
      );
      if (file !== undefined) this.fail('a descriptor is left', `${name}: ${file}`);
      if (life.timers > 0) this.fail('a timer is left', `${name}: ${life.timers}`);
    }
    const known = new Set<string>();
    for (const actor of this.actors) {
      this.#chore('a list of the journal', actor.life, async () => {
        for (const { transferId } of (await actor.offices[0]?.journal.list()) ?? []) known.add(transferId);
      });
    }
    await this.#choresOver();
    for (const store of this.stores) {
      for (const ticket of await store.unfinished()) {
        const view = viewTicket(ticket);
        if (known.has(view.transferId) || this.#mayBeUnknown(view)) continue;
        this.fail('an upload nobody knows', `m${view.mid} in ${store.name}`);
      }
    }
    this.#checkObjects();
    this.#look();
  }

  /** A note that could not be written, or a loss of power in the second after it, costs the record of an upload. */
  #mayBeUnknown({ mid, key, begunAt }: TicketView): boolean {
    // A begin whose answer was lost is asked again under the same transfer id. When that record goes, the store's own list
    // knows of the first.
    const unheard = !this.#answered.has(key);
    if (unheard && this.#everDiscarded.has(BigInt(mid))) return true;
    if (unheard && this.#troubled('network', begunAt - BEGINNING - ARRIVES_WITHIN)) return true;
    const device = this.#actor(this.#messageOf(mid)?.actor ?? 0).device.number;
    const began = begunAt - BEGINNING;
    return this.#troubles.some(({ what, from, to }) => {
      if (what === `disk ${device}`) return from <= began + FLUSHED_WITHIN && (to ?? began) >= began;
      return what === `power ${device}` && Math.abs(from - began) <= FLUSHED_WITHIN;
    });
  }

  #messageOf(mid: string): Message | undefined {
    for (const flight of this.#flights) {
      if (flight.kind === 'upload' && String(flight.message.mid) === mid) return flight.message;
    }
    return undefined;
  }

  /** Every stored file is still there, and no message made two objects of one version. */
  #checkObjects(): void {
    for (const { url, bytes } of this.#urls) {
      const store = this.stores.find(({ memory }) => url.startsWith(`${memory.baseUrl}/`));
      if (store === undefined) continue;
      const stored = store.memory.objects.bytes(url.slice(store.memory.baseUrl.length + 1));
      if (stored === null || !isSame(stored, bytes)) this.fail('a stored file is gone', url);
    }
    // After a day a start is no longer answered from the journal.
    if (this.timeline.now > 20 * HOUR) return;
    if (this.#troubles.some(({ what }) => /^(disk|clock|power)/.test(what))) return;
    for (const { memory, name } of this.stores) {
      const made = new Set<string>();
      for (const key of memory.objects.keys()) {
        const object = memory.objects.inspect(key);
        const mid = object?.meta.mesibomid;
        if (mid === undefined || object === null || this.#everDiscarded.has(BigInt(mid))) continue;
        const message = this.#messageOf(mid);
        // Such a sweep may meet a commit on its way.
        if ([...this.#ruthless.values()].some((actor) => actor === this.actors[message?.actor ?? 0]))
          continue;
        const device = message?.actor === 2 ? 1 : 0;
        if (this.#troubled(`edit ${device} ${message?.file}`, 0)) continue;
        const what = `m${mid} ${object.disposition} ${show(memory.objects.bytes(key))}`;
        if (made.has(what)) this.fail('stored twice', `${what} in ${name}`);
        made.add(what);
      }
    }
  }

  /** A week later somebody sweeps: nothing is left then. */
  async #sweepAndCheck(): Promise<void> {
    await this.#wait(8 * 24 * HOUR);
    for (const actor of this.actors) {
      actor.device.ahead = 0;
      actor.life.end();
      actor.restart();
      for (const number of this.stores.keys()) this.#sweep(actor, number, HOUR);
    }
    await this.#sweepDownloads();
    // A file that was being taken over during a sweep goes with the next day's sweep.
    await this.#wait(25 * HOUR);
    await this.#sweepDownloads();
    for (const store of this.stores) {
      const [ticket] = await store.unfinished();
      if (ticket !== undefined)
        this.fail('an upload outlasts the sweep', `m${viewTicket(ticket).mid} in ${store.name}`);
    }
    for (const { number, disk } of this.devices) {
      for (const path of disk.files().keys()) {
        if (/^\/(in|out)\/[df]\d$/.test(path) || path.startsWith('/state/')) continue;
        this.fail('a temporary file outlasts the sweep', `${path} of device ${number}`);
      }
    }
  }

  /** One process of each device clears the folder of what downloads left: with its first download, or by a sweep. */
  async #sweepDownloads(): Promise<void> {
    for (const device of this.devices) {
      const actor = this.actors.findIndex((one) => one.device === device);
      const { life, offices } = this.#actor(actor);
      const [office] = offices;
      if (office === undefined) continue;
      if (this.#setting.chance % 2 === 0) {
        this.#fetch({ do: 'fetch', pace: 0, hops: null, actor, runtime: 0, signer: 0, url: 1, path: 0 });
      } else {
        this.#chore('a sweep of downloads', life, async () => {
          await sweepDownloads({ folders: [INBOX], runtime: office.runtime });
        });
      }
    }
    await this.#choresOver();
    await this.#wait(IDLE_WITHIN);
  }

  async #choresOver(): Promise<void> {
    await this.#until(OVER_WITHIN, 'a chore never ended', () =>
      this.#chores.find(({ over, life }) => !over && life.alive),
    );
  }

  #tell(what: string): void {
    this.story.push(`${(this.timeline.now / SECOND).toFixed(3)} s  ${what}`);
  }
}

/** Bytes that can be read once, one after the other, by a process that may be killed meanwhile. */
function streamOf(bytes: Uint8Array, life: Life): Source {
  return {
    facts: { size: null, fingerprint: null, name: 'stream' },
    replayable: false,
    read: (offset, buffer) =>
      life.operate(1, () => {
        const read = bytes.subarray(offset, offset + buffer.length);
        buffer.set(read);
        return read.length;
      }),
    unchanged: async () => true,
    close: async () => undefined,
  };
}

function title(flight: Flight): string {
  const where = `${flight.life.name} r${flight.runtime}`;
  return flight.kind === 'upload'
    ? `t${flight.number} (upload of m${flight.message.mid} to ${flight.store.name}, ${where})`
    : `t${flight.number} (download of ${flight.url} to ${flight.path}, ${where})`;
}

function describe(step: Step): string {
  const { do: what, pace, ...rest } = step;
  return `${what} ${Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}, pace ${pace}`;
}

/** Another number for each name. */
function mixed(chance: number, name: string): number {
  let hash = chance;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash;
}

/** Bytes that tell which file they are of, and where in it; none is zero. */
function pattern(file: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => 1 + ((file * 37 + at * 11 + (at >> 4) * 101) % 255));
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

function show(bytes: Uint8Array | null): string {
  if (bytes === null) return 'nothing';
  const start = [...bytes.subarray(0, 20)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${bytes.length} bytes ${start}`;
}
