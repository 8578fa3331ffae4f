import { CONNECTIVITY, type Connectivity, type MesiboFileTransfer, ORIGIN } from '@mesibo-files/handler-core';
import fc from 'fast-check';
import type { MesiboMessage } from '../src/messages/message.ts';
import {
  BEHAVIOURS,
  type Behaviour,
  type Model,
  type ModelFile,
  nextUrl,
  type Real,
  SIDES,
  type Side,
} from './model.ts';
import {
  allFiles,
  block,
  compare,
  deliver,
  discard,
  done,
  leave,
  modelStart,
  removeStored,
  settle,
} from './model-rules.ts';

type Step = fc.AsyncCommand<Model, Real>;

/** Whatever a step set free has happened when this resolves. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const step = (name: string, run: (model: Model, real: Real) => void): Step => ({
  check: () => true,
  run: async (model, real) => {
    run(model, real);
    await flush();
    compare(model, real);
  },
  toString: () => name,
});

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(list.length, 1)];

/** A step on one of the messages' files, if there is any. */
const onFile = (
  name: string,
  index: number,
  run: (file: ModelFile, message: MesiboMessage, model: Model, real: Real) => void,
): Step =>
  step(`${name} #${index}`, (model, real) => {
    const file = pick(model.files, index);
    if (file?.message) run(file, file.message, model, real);
  });

/** A report on any transfer there ever was, live or late. */
const onTransfer = (
  name: string,
  index: number,
  run: (transfer: MesiboFileTransfer, file: ModelFile | undefined, model: Model, real: Real) => void,
): Step =>
  step(`${name} @${index}`, (model, real) => {
    const transfer = pick([...real.transfers].reverse(), index);
    if (transfer === undefined) return;
    run(
      transfer,
      allFiles(model).find(({ live }) => live === transfer),
      model,
      real,
    );
  });

const send = (expiry: number): Step =>
  step(expiry > 0 ? `send for ${expiry} s` : 'send', (model, real) => {
    const name = `${++model.count}.jpg`;
    real.device.files.set(`/alice/${name}`, new Uint8Array(100));
    const message = real.world.alice.getProfile('bob').newMessage();
    message.setContent(`/alice/${name}`);
    message.expiry = expiry;
    message.send();
    const key = `alice true ${message.mid} 0 0`;
    const file: ModelFile = {
      side: 'alice',
      upload: true,
      message,
      subject: name,
      key,
      peer: 'bob',
      expiresAt: expiry > 0 ? model.now + expiry * 1000 : Number.POSITIVE_INFINITY,
      left: false,
      state: 'required',
      progress: 0,
      origin: ORIGIN.REALTIME,
      own: false,
      live: null,
    };
    model.files.push(file);
    modelStart(model, file, 0, real);
  });

/** Sends a message on: Alice to Bob, and Bob to Carol. Nobody is asked to upload. */
const forward = (index: number): Step =>
  onFile('forward', index, (file, message, model, real) => {
    const { side } = file;
    const peer = side === 'alice' ? 'bob' : 'carol';
    const stored = message.getFile()?.url ?? null;
    const forwarded = real.world[side].forwardMessage(message, peer);
    if (real.asked.length > 0) throw new Error('a forward asked for a transfer');
    if ((forwarded !== null) !== (stored !== null))
      throw new Error(`forwarded ${forwarded?.mid} with ${stored}`);
    if (forwarded === null) return;
    const copy: ModelFile = {
      side,
      upload: true,
      message: forwarded,
      subject: stored ?? '',
      key: `${side} true ${forwarded.mid} 0 0`,
      peer,
      expiresAt: message.expiry > 0 ? model.now + message.expiry * 1000 : Number.POSITIVE_INFINITY,
      left: false,
      state: 'ready',
      progress: 100,
      origin: ORIGIN.REALTIME,
      own: false,
      live: null,
    };
    model.files.push(copy);
    leave(model, copy);
  });

const resend = (index: number): Step =>
  onFile('resend', index, (file, message, model, real) => {
    const before = real.ends.size;
    const required = file.upload && (file.state === 'required' || file.state === 'failed');
    const answer = message.resend();
    if (required) modelStart(model, file, 1, real);
    const began = required && (file.state === 'running' || real.ends.size > before);
    if (answer !== (began ? 0 : -1)) throw new Error(`resend said ${answer}`);
  });

/** A message goes: its handler is told once to stop if it runs, and nothing else happens with it. */
const goes = (
  name: string,
  index: number,
  run: (file: ModelFile, message: MesiboMessage, model: Model, real: Real) => boolean,
): Step =>
  onFile(name, index, (file, message, model, real) => {
    const transfer = file.live;
    const handled =
      transfer !== null && real.handlers[file.side].some(({ asked }) => asked.includes(transfer));
    const told = (): number => real.handlers[file.side].reduce((sum, { stopped }) => sum + stopped.length, 0);
    const before = told();
    const gone = run(file, message, model, real);
    if (told() - before !== (gone && handled ? 1 : 0))
      throw new Error('the handler was not told once to stop');
    if (gone) discard(model, file);
  });

const cancelMessage = (index: number, remove: boolean): Step =>
  goes(`cancel the message${remove ? ', remove' : ''}`, index, (file, message, model, real) => {
    const taken = real.world[file.side].cancel(message, { removeStored: remove });
    if (taken !== (file.upload && !file.left)) throw new Error(`cancel said ${taken}`);
    if (taken && remove) removeStoredAfter(model, [file]);
    return taken;
  });

const deleteOne = (index: number, remove: boolean): Step =>
  goes(`delete${remove ? ', remove' : ''}`, index, (file, message, model, real) => {
    if (!real.world[file.side].deleteMessage(message.mid, { removeStored: remove }))
      throw new Error('a message that is there was not deleted');
    if (remove) removeStoredAfter(model, [file]);
    return true;
  });

/** As {@link removeStored}, for files that the model still has. */
function removeStoredAfter(model: Model, files: readonly ModelFile[]): void {
  const rest = model.files.filter((file) => !files.includes(file));
  removeStored({ ...model, files: rest }, files);
}

const deleteAll = (who: Side, remove: boolean): Step =>
  step(`delete all of ${who}${remove ? ', remove' : ''}`, (model, real) => {
    const files = model.files.filter((file) => file.side === who);
    const count = real.world[who].deleteMessages({ before: model.now + 1 }, { removeStored: remove });
    if (count !== files.length) throw new Error(`deleted ${count}, not ${files.length}`);
    if (remove) removeStoredAfter(model, files);
    for (const file of files) discard(model, file);
  });

/** Time goes by: what has expired is gone, on both sides. */
const pass = (seconds: number): Step =>
  step(`${seconds} s pass`, (model, real) => {
    real.clock.advance(seconds * 1000);
    model.now += seconds * 1000;
    for (const file of model.files.filter(({ expiresAt }) => expiresAt <= model.now)) discard(model, file);
  });

/** Whatever is asked of a message that is gone does nothing. */
const disturb = (index: number): Step =>
  step(`disturb what is gone #${index}`, (model, real) => {
    const message = pick(model.gone, index);
    if (message === undefined) return;
    const answers = [message.startFileTransfer(1), message.stopFileTransfer(), message.toggleFileTransfer(1)];
    const { alice } = real.world;
    const refused = [
      alice.cancel(message),
      alice.deleteMessage(message),
      alice.forwardMessage(message, 'bob'),
    ];
    if ([...answers, ...refused].some(Boolean) || message.resend() !== -1)
      throw new Error('a message that is gone did something');
  });

const arrive: Step = step('deliver', deliver);

/** Reads the newest messages of a user, or all of them. */
const read = (side: Side, count: number | 'all', summary: boolean): Step =>
  step(`read ${count} of ${side}${summary ? ', summary' : ''}`, (model, real) => {
    const files = model.files.filter((file) => file.side === side);
    const peers = new Set<string>();
    const shown = [...files]
      .reverse()
      .filter(({ peer }) => !summary || count === 'all' || (!peers.has(peer) && peers.add(peer)));
    const newest = shown.slice(0, count === 'all' ? files.length : count);
    if (count === 'all') real.world[side].messages();
    else {
      const session = real.world[side].createReadSession(null, {});
      session.enableSummary(summary);
      if (session.read(count) !== Math.min(count, newest.length)) throw new Error('another number was read');
      newest.splice(count);
    }
    const asked = real.asked.splice(0);
    for (const file of newest) {
      file.origin = summary && count !== 'all' ? ORIGIN.DBSUMMARY : ORIGIN.DBMESSAGE;
      real.asked.push(
        ...asked.filter(({ mid, upload }) => mid === file.message?.mid && upload === file.upload),
      );
      modelStart(model, file, 0, real);
    }
  });

const start = (index: number, priority: number): Step =>
  onFile(`start(${priority})`, index, (file, message, model, real) => {
    const before = real.ends.size;
    const started = message.startFileTransfer(priority);
    modelStart(model, file, priority, real);
    const ran = file.state === 'running' || real.ends.size > before;
    if (started !== ran) throw new Error(`start said ${started}, and ${ran ? 'it' : 'nothing'} ran`);
  });

const modelStop = (file: ModelFile): void => {
  if (file.state === 'running') settle(file, 'required');
};

const stop = (index: number): Step =>
  onFile('stop', index, (file, message, _, real) => {
    const transfer = file.live;
    const own =
      file.own &&
      transfer !== null &&
      !real.handlers[file.side].some(({ asked }) => asked.includes(transfer));
    const told = (): number => real.handlers[file.side].reduce((sum, { stopped }) => sum + stopped.length, 0);
    const before = told();
    const stopped = message.stopFileTransfer();
    if (stopped !== (file.state === 'running')) throw new Error(`stop said ${stopped}`);
    if (told() - before !== (stopped && !own ? 1 : 0))
      throw new Error('the handler was not told once to stop');
    modelStop(file);
  });

const toggle = (index: number): Step =>
  onFile('toggle', index, (file, message, model, real) => {
    const running = file.state === 'running';
    message.toggleFileTransfer(1);
    if (running) modelStop(file);
    else modelStart(model, file, 1, real);
  });

const progress = (index: number, percent: number): Step =>
  onTransfer(`progress ${percent}`, index, (transfer, file) => {
    transfer.setProgress(percent);
    if (file && !Number.isNaN(percent)) raise(file, percent);
  });

function raise(file: ModelFile, percent: number): void {
  file.progress = Math.max(file.progress, Math.min(Math.floor(percent), file.upload ? 99 : 100));
}

const result = (index: number, success: boolean, withUrl: boolean): Step =>
  onTransfer(`result ${success} ${withUrl}`, index, (transfer, file, model, real) => {
    transfer.setResult(success, withUrl ? nextUrl(model) : null);
    if (!file) return;
    if (success && (!file.upload || withUrl)) done(model, file, real);
    else settle(file, 'failed');
  });

const cancel = (index: number, retryLater: boolean): Step =>
  onTransfer(`cancel ${retryLater}`, index, (transfer, file, model) => {
    transfer.cancel(retryLater);
    if (!file) return;
    if (retryLater) settle(file, 'required');
    else block(model, file);
  });

/** The handler hands over what it has begun; a second time is refused. */
const delegateLate = (index: number): Step =>
  onTransfer('file.start', index, (transfer, file) => {
    transfer.start('https://up.example/late', {});
    if (!file) return;
    if (!file.upload) settle(file, 'failed');
    else file.own = true;
  });

/** The network takes bytes of one of mesibo's own uploads. */
const sent = (index: number, share: number): Step =>
  step(`sent ${share} of request ${index}`, (model, real) => {
    const one = pick(
      real.pending.filter(({ request }) => request.method === 'POST'),
      index,
    );
    const size = one?.request.body?.size ?? 0;
    if (one === undefined) return;
    const bytes = Math.floor((size - one.sent) * share);
    one.sent += bytes;
    one.request.onSent?.(bytes);
    const file = allFiles(model).find(({ own, subject }) => own && subject === one.subject);
    if (file) raise(file, Math.floor((one.sent / size) * 100));
  });

/** A server answers one of mesibo's own requests. */
const answer = (index: number, success: boolean): Step => ({
  check: () => true,
  run: async (model, real) => {
    const one = pick(real.pending, index);
    if (one === undefined) return;
    // Two downloads of one URL are one request.
    const files = allFiles(model).filter(({ own, subject }) => own && subject === one.subject);
    const [first] = files;
    if (first === undefined) throw new Error('a request that nobody wants');
    const body = JSON.stringify({ result: true, url: nextUrl(model) });
    one.answer(success ? 200 : 404, first.upload ? body : 'the file');
    await flush();
    for (const file of files) {
      if (success) done(model, file, real);
      else settle(file, 'failed');
    }
    compare(model, real);
  },
  toString: () => `answer ${success} to request ${index}`,
});

const behaviour = (side: Side, number: 0 | 1, how: Behaviour): Step =>
  step(`${side}'s handler ${number} ${how}`, (model) => {
    model.behaviours[side][number] = how;
  });

const handlers = (side: Side, present: boolean): Step =>
  step(`${side} has ${present ? '' : 'no '}handlers`, (model, real) => {
    model.users[side].handlers = present;
    for (const handler of real.handlers[side]) {
      if (present) real.world[side].addListener(handler);
      else real.world[side].removeListener(handler);
    }
  });

const network = (side: Side, connectivity: Connectivity): Step =>
  step(`network of ${side} is ${connectivity}`, (model, real) => {
    model.users[side].network = connectivity;
    real.world[side].setNetwork(connectivity);
    for (const file of model.files) leave(model, file);
  });

const setting = (side: Side, which: 'enabled' | 'autoDownload', on: boolean): Step =>
  step(`${which} of ${side} is ${on}`, (model, real) => {
    model.users[side][which] = on;
    if (which === 'enabled') real.world[side].enableFileTransfer(on);
    else real.world[side].autoDownload = on;
  });

/** Alice changes one of her pictures: from a file that is another one, or the one of before. */
const savePicture = (index: number, variant: number): Step =>
  step(`save picture ${index} from ${variant}`, (model, real) => {
    const name = `me-${index}-${variant}.png`;
    real.device.files.set(`/alice/${name}`, new Uint8Array(100));
    const key = `alice true 0 1 ${index}`;
    let file = model.pictures.get(key);
    const updates = real.world.aliceSaw.events.filter((event) => event.startsWith('update')).length;
    const before = real.ends.size;
    const replaced = file?.subject !== name && file?.state === 'running';
    const self = real.world.alice.getSelfProfile();
    self.setImage(`/alice/${name}`, index);
    const began = self.save();
    if (file === undefined || file.subject !== name || file.state === 'ready') {
      file = pictureOf('alice', true, name, key);
      model.pictures.set(key, file);
    }
    modelStart(model, file, 0, real);
    const ran = file.state === 'running' || real.ends.size > before + (replaced ? 1 : 0);
    if (began !== ran) throw new Error(`save said ${began}`);
    if (real.world.aliceSaw.events.filter((event) => event.startsWith('update')).length !== updates)
      throw new Error('a message was updated by a picture');
  });

/** Bob asks for one of Alice's pictures. */
const startPicture = (index: number, priority: number): Step =>
  step(`start(${priority}) picture ${index}`, (model, real) => {
    const alice = real.world.bob.getProfile('alice');
    const url = model.published.get(index);
    const key = `bob false 0 1 ${index}`;
    let file = model.pictures.get(key);
    const before = real.ends.size;
    const replaced = file?.subject !== url && file?.state === 'running';
    const began = real.world.bob.startUserProfilePictureTransfer(alice, { imageIndex: index, priority });
    if (url === undefined) {
      if (began) throw new Error('a picture began that is not there');
      return;
    }
    if (file === undefined || file.subject !== url || file.state === 'ready') {
      file = pictureOf('bob', false, url, key);
      if (model.blocked.has(`${key} ${url}`)) file.state = 'nothing';
      model.pictures.set(key, file);
    }
    modelStart(model, file, priority, real);
    const ran = file.state === 'running' || real.ends.size > before + (replaced ? 1 : 0);
    if (began !== ran) throw new Error(`start said ${began}`);
  });

const stopPicture = (index: number): Step =>
  step(`stop picture ${index}`, (model, real) => {
    const file = model.pictures.get(`bob false 0 1 ${index}`);
    const stopped = real.world.bob.stopUserProfilePictureTransfer(real.world.bob.getProfile('alice'), {
      imageIndex: index,
    });
    if (stopped !== (file?.state === 'running')) throw new Error(`stop said ${stopped}`);
    if (file) modelStop(file);
  });

function pictureOf(side: Side, upload: boolean, subject: string, key: string): ModelFile {
  return {
    side,
    upload,
    message: null,
    subject,
    key,
    peer: '',
    expiresAt: Number.POSITIVE_INFINITY,
    left: false,
    state: 'required',
    progress: 0,
    origin: ORIGIN.REALTIME,
    own: false,
    live: null,
  };
}

const index = fc.nat(12);
const side = fc.constantFrom(...SIDES);

/** Any sequence of all that can happen. */
export const steps: fc.Arbitrary<Iterable<Step>> = fc.commands(
  [
    fc.constantFrom(send(0), send(0), send(10), arrive),
    fc.constantFrom(send(0), send(30), arrive, arrive),
    fc.constantFrom(arrive, send(0)),
    index.map(forward),
    index.map(resend),
    fc.tuple(index, fc.boolean()).map(([which, remove]) => cancelMessage(which, remove)),
    fc.tuple(index, fc.boolean()).map(([which, remove]) => deleteOne(which, remove)),
    fc
      .tuple(fc.nat(5), side, fc.boolean())
      .map(([dice, who, remove]) => (dice === 0 ? deleteAll(who, remove) : disturb(dice))),
    fc.constantFrom(1, 5, 10).map(pass),
    fc
      .tuple(side, fc.constantFrom<(number | 'all')[]>('all', 'all', 1, 3), fc.boolean())
      .map(([who, count, summary]) => read(who, count, summary && count !== 'all')),
    fc
      .tuple(
        side,
        fc.constantFrom<(0 | 1)[]>(0, 0, 1),
        fc.constantFrom('accepts' as const, 'accepts' as const, ...BEHAVIOURS),
      )
      .map(([who, number, how]) => behaviour(who, number, how)),
    fc.tuple(side, fc.boolean()).map(([who, present]) => handlers(who, present)),
    fc
      .tuple(side, fc.constantFrom(CONNECTIVITY.WIFI, CONNECTIVITY['4G'], CONNECTIVITY.DISCONNECTED))
      .map(([who, connectivity]) => network(who, connectivity)),
    fc
      .tuple(
        side,
        fc.constantFrom('enabled' as const, 'autoDownload' as const),
        fc.constantFrom(true, true, false),
      )
      .map(([who, which, on]) => setting(who, which, on)),
    fc.tuple(index, fc.nat(3)).map(([which, priority]) => start(which, priority)),
    index.map(stop),
    index.map(toggle),
    fc
      .tuple(index, fc.oneof(fc.integer({ min: -20, max: 130 }), fc.constantFrom(Number.NaN, 33.7)))
      .map(([which, percent]) => progress(which, percent)),
    fc
      .tuple(index, fc.boolean(), fc.boolean())
      .map(([which, success, withUrl]) => result(which, success, withUrl)),
    fc.tuple(index, fc.boolean()).map(([which, retryLater]) => cancel(which, retryLater)),
    index.map(delegateLate),
    fc.tuple(index, fc.constantFrom(0, 0.3, 0.7, 1)).map(([which, share]) => sent(which, share)),
    fc.tuple(index, fc.constantFrom(true, true, false)).map(([which, success]) => answer(which, success)),
    fc.tuple(fc.nat(1), fc.nat(1)).map(([which, variant]) => savePicture(which, variant)),
    fc.tuple(fc.nat(1), fc.nat(1)).map(([which, priority]) => startPicture(which, priority)),
    fc.nat(1).map(stopPicture),
  ],
  { maxCommands: 60, size: '+1' },
);
