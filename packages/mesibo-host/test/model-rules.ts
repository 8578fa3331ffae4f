import { CONNECTIVITY, ORIGIN } from '@mesibo-files/handler-core';
import {
  type Behaviour,
  type Letter,
  type Model,
  type ModelFile,
  ORIGINS_OF_OWN_DOWNLOADS,
  type Real,
} from './model.ts';
import { stateOf } from './world.ts';

/** What a start does to a file, by the contract's state machine. It is called after the real one. */
export function modelStart(model: Model, file: ModelFile, priority: number, real: Real): void {
  const asked = real.asked.splice(0);
  if (!mayStart(model, file, priority)) {
    expectAsked(real, asked.length, 0);
    return;
  }
  settle(file, 'required');
  for (const one of asked) {
    if (one.priority !== priority) real.faults.push(`asked with priority ${one.priority}, not ${priority}`);
    if (one.origin !== file.origin) real.faults.push(`asked with origin ${one.origin}, not ${file.origin}`);
    if (one.upload !== file.upload) real.faults.push('asked for the wrong direction');
  }
  if (!model.users[file.side].handlers) {
    expectAsked(real, asked.length, 0);
    if (ownStarts(model, file, priority)) run(file, real, true);
    return;
  }
  const behaviours = model.behaviours[file.side];
  const decisive = behaviours.findIndex((behaviour) => !passesOn(behaviour, file));
  expectAsked(real, asked.length, decisive < 0 ? behaviours.length : decisive + 1);
  const behaviour = behaviours[decisive];
  if (behaviour === 'accepts') run(file, real, false);
  else if (behaviour === 'delegates' && file.upload) run(file, real, true);
  else if (behaviour === 'succeeds at once') done(model, file, real);
  else if (behaviour === 'fails at once' || behaviour === 'delegates') settle(file, 'failed');
  else if (behaviour === 'cancels') block(model, file);
}

/** There is something to do, transfers are on, and it was not given up for good. */
function mayStart(model: Model, file: ModelFile, priority: number): boolean {
  if (file.state === 'running' || file.state === 'ready' || !model.users[file.side].enabled) return false;
  if (file.state !== 'nothing') return true;
  if (!(model.userUnblocks && priority > 0)) return false;
  model.blocked.delete(`${file.key} ${file.subject}`);
  return true;
}

function expectAsked(real: Real, times: number, expected: number): void {
  if (times !== expected) real.faults.push(`handlers were asked ${times} times, not ${expected}`);
}

/** The handler has said no, and the next one is asked. */
function passesOn(behaviour: Behaviour, { upload }: ModelFile): boolean {
  if (behaviour === 'cancels') return upload;
  return behaviour === 'declines' || behaviour === 'throws' || behaviour === 'delegates and declines';
}

/** What mesibo moves by itself, and when it puts that off. */
function ownStarts(model: Model, file: ModelFile, priority: number): boolean {
  if (priority > 0) return true;
  const { network, autoDownload } = model.users[file.side];
  if (network === CONNECTIVITY.DISCONNECTED) return false;
  if (file.upload) return true;
  return ORIGINS_OF_OWN_DOWNLOADS.includes(file.origin) && (network === CONNECTIVITY.WIFI || autoDownload);
}

function run(file: ModelFile, real: Real, own: boolean): void {
  file.state = 'running';
  file.own = own;
  file.live = real.began.get(file.key) ?? null;
  if (file.live === null) real.faults.push('nobody was told that it runs');
}

export function settle(file: ModelFile, state: ModelFile['state']): void {
  file.state = state;
  file.own = false;
  file.live = null;
  file.progress = state === 'ready' ? 100 : 0;
}

/** The transfer has succeeded; of a picture, everybody sees it now; a message leaves, or waits for the network. */
export function done(model: Model, file: ModelFile, real: Real): void {
  settle(file, 'ready');
  if (!file.upload) return;
  if (file.message !== null) {
    leave(model, file);
    return;
  }
  const index = Number(/-(\d+)-/.exec(file.subject)?.[1]);
  const url = real.world.alice.getSelfProfile().getImageUrl(index);
  if (url === null) real.faults.push('a picture was uploaded, and nobody sees it');
  else model.published.set(index, url);
}

/** A message whose file is stored leaves as soon as its sender is online. */
export function leave(model: Model, file: ModelFile): void {
  const { message, peer: to, expiresAt } = file;
  const online = model.users[file.side].network !== CONNECTIVITY.DISCONNECTED;
  if (message === null || !file.upload || file.state !== 'ready' || file.left || !online) return;
  file.left = true;
  model.mail.push({ to, mid: message.mid, url: message.getFile()?.url ?? null, expiresAt });
}

/** A message is gone: it was cancelled, deleted, or has expired. */
export function discard(model: Model, file: ModelFile): void {
  model.files.splice(model.files.indexOf(file), 1);
  if (file.message !== null) model.gone.push(file.message);
}

/** Stored files whose removal was asked for: those of Alice's own messages that no message of hers has any more. */
export function removeStored(model: Model, files: readonly ModelFile[]): void {
  const urls = new Set(files.filter(({ side }) => side === 'alice').map(urlOf));
  for (const url of urls) {
    const known = model.files.some((file) => file.side === 'alice' && urlOf(file) === url);
    if (url !== null && !known) model.removed.push(url);
  }
}

function urlOf({ message, state }: ModelFile): string | null {
  return state === 'ready' ? (message?.getFile()?.url ?? null) : null;
}

/** Takes the letters that arrive at this user when messages travel; those that have expired never do. */
function arriving(model: Model, to: string): readonly Letter[] {
  const letters = model.mail.filter((letter) => letter.to === to);
  for (const letter of letters) model.mail.splice(model.mail.indexOf(letter), 1);
  return letters.filter(({ expiresAt }) => expiresAt > model.now);
}

/** What arrived at Carol, once she is there. */
export function compareCarol(model: Model, real: Real): void {
  const told = real.carolSaw.messages.map((message) => `${message.mid} ${message.getFile()?.url}`);
  const expected = arriving(model, 'carol').map(({ mid, url }) => `${mid} ${url}`);
  if (told.sort().join() !== expected.sort().join()) real.faults.push(`Carol has ${told}, not ${expected}`);
}

/** `cancel(false)`. An upload can't be blocked. */
export function block(model: Model, file: ModelFile): void {
  settle(file, file.upload ? 'failed' : 'nothing');
  if (file.message === null && !file.upload) model.blocked.add(`${file.key} ${file.subject}`);
}

/** Lets messages travel, and begins to follow those that arrived. */
export function deliver(model: Model, real: Real): void {
  const known = real.world.bobSaw.messages.length;
  const expected = model.users.bob.network === CONNECTIVITY.DISCONNECTED ? [] : [...arriving(model, 'bob')];
  real.world.settle();
  for (const message of real.world.bobSaw.messages.slice(known)) {
    const at = expected.findIndex(({ mid }) => mid === message.mid);
    const [letter] = at < 0 ? [] : expected.splice(at, 1);
    if (letter?.url !== message.getFile()?.url) real.faults.push('a message arrived that was not sent');
    const origin = message.getOrigin();
    if (origin !== ORIGIN.REALTIME && origin !== ORIGIN.PENDING)
      real.faults.push('it came from the database');
    const file: ModelFile = {
      side: 'bob',
      upload: false,
      message,
      subject: message.getFile()?.url ?? '',
      key: `bob false ${message.mid} 0 0`,
      peer: 'alice',
      expiresAt: letter?.expiresAt ?? 0,
      left: false,
      state: 'required',
      progress: 0,
      origin,
      own: false,
      live: null,
    };
    model.files.push(file);
    // What the handlers were asked for the others that arrived is theirs.
    const mine = real.asked.filter(({ mid, upload }) => mid === message.mid && !upload);
    const others = real.asked.filter((asked) => !mine.includes(asked));
    real.asked.splice(0, Number.POSITIVE_INFINITY, ...mine);
    modelStart(model, file, 0, real);
    real.asked.push(...others);
  }
  if (expected.length > 0) real.faults.push('a message that was sent did not arrive');
}

/** All files there are: of messages, and the current ones of pictures. */
export function allFiles(model: Model): ModelFile[] {
  return [...model.files, ...model.pictures.values()];
}

/** Compares all that can be asked with what the model expects. */
export function compare(model: Model, real: Real): void {
  const faults = [...real.faults];
  for (const [transfer, ends] of real.ends) {
    if (ends !== 1) faults.push(`a transfer ended ${ends} times`);
    if (transfer.inProgress) faults.push('a transfer runs after its end');
  }
  const files = allFiles(model);
  for (const file of files) faults.push(...compareFile(file));
  const live = new Set(files.map((file) => file.live));
  for (const transfer of real.transfers) {
    if (transfer.inProgress && !live.has(transfer)) faults.push('a transfer runs that nobody wants');
  }
  if (real.asked.length > 0) faults.push('a handler was asked out of turn');
  const own = new Map(files.filter((file) => file.own).map((file) => [file.subject, file]));
  for (const { subject } of real.pending) {
    if (!own.has(subject)) faults.push(`a request for ${subject} is not stopped`);
  }
  for (const side of ['alice', 'bob'] as const) {
    const wanted = [...own.values()].filter((file) => file.side === side).length;
    const uploads = side === 'alice';
    const sent = real.pending.filter(({ request }) => (request.method === 'POST') === uploads).length;
    if (sent !== Math.min(4, wanted)) faults.push(`${sent} requests of ${side} for ${wanted} files`);
  }
  for (const [index, url] of model.published) {
    if (real.world.bob.getProfile('alice').getImageUrl(index) !== url) faults.push('another picture is seen');
  }
  for (const message of model.gone) {
    if (stateOf(message) !== 'nothing') faults.push(`a message that is gone is ${stateOf(message)}`);
  }
  if (real.removed.join() !== model.removed.join())
    faults.push(`removed: ${real.removed}; should be: ${model.removed}`);
  if (faults.length > 0) throw new Error(faults.join('; '));
}

function compareFile({ message, upload, state, progress, live, origin }: ModelFile): string[] {
  const faults: string[] = [];
  if (live !== null && !live.inProgress) faults.push('the live transfer does not run');
  if (live !== null && live.progress !== progress) faults.push(`progress ${live.progress}, not ${progress}`);
  if (message === null) return faults;
  const is = `${stateOf(message)} ${message.getProgress()}`;
  if (is !== `${state} ${progress}`) faults.push(`is "${is}", should be "${state} ${progress}"`);
  const required = state === 'required' || state === 'failed';
  if (message.isUploadRequired() !== (upload && required)) faults.push('isUploadRequired');
  if (message.isDownloadRequired() !== (!upload && required)) faults.push('isDownloadRequired');
  if (message.isFilePending() !== (state !== 'ready')) faults.push('isFilePending');
  if (message.getFile()?.progress !== progress) faults.push('the file says another progress');
  if (message.getOrigin() !== origin) faults.push('getOrigin');
  return faults;
}
