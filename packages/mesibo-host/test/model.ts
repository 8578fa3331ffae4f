import type { MesiboFileTransfer } from '@mesibo-files/handler-core';
import type { MesiboMessage } from '../src/message.ts';
import { createWorld, stateOf, type World } from './world.ts';

/** What a handler does when it is asked. */
export type Behaviour = 'accepts' | 'declines' | 'throws' | 'succeeds at once' | 'fails at once' | 'cancels';

/** What the contract says of one message's file, kept in the plainest way there is. */
export interface ModelFile {
  readonly message: MesiboMessage;
  readonly upload: boolean;
  state: 'required' | 'running' | 'failed' | 'ready' | 'nothing';
  progress: number;
  /** The transfer that may still report; every other one is late. */
  live: MesiboFileTransfer | null;
}

export interface Model {
  readonly files: ModelFile[];
  behaviour: Behaviour;
}

/** The world, and all that handlers were given and listeners told. */
export interface Real {
  readonly world: World;
  readonly transfers: MesiboFileTransfer[];
  /** How often each transfer was seen to end. */
  readonly ends: Map<MesiboFileTransfer, number>;
  readonly faults: string[];
}

export const URL_OF_ALL = 'https://store.example/key';

export function createModel(): { model: Model; real: Real } {
  const world = createWorld();
  const model: Model = { files: [], behaviour: 'accepts' };
  const real: Real = { world, transfers: [], ends: new Map(), faults: [] };
  for (const handler of [world.sender, world.receiver]) {
    handler.onStart = (file) => behave(model.behaviour, file, real);
  }
  for (const user of [world.alice, world.bob]) {
    const seen = new Map<MesiboFileTransfer, number>();
    user.addListener({
      Mesibo_onFileTransferProgress: (file) => {
        if (real.ends.has(file)) real.faults.push('told of a transfer after its end');
        if (file.progress < (seen.get(file) ?? 0)) real.faults.push('progress went back');
        if (file.upload && file.progress === 100 && !file.result) real.faults.push('100 before the URL');
        seen.set(file, file.progress);
        if (!file.inProgress) real.ends.set(file, (real.ends.get(file) ?? 0) + 1);
        return true;
      },
    });
  }
  return { model, real };
}

function behave(behaviour: Behaviour, file: MesiboFileTransfer, real: Real): boolean {
  real.transfers.push(file);
  if (behaviour === 'succeeds at once') file.setResult(true, URL_OF_ALL);
  if (behaviour === 'fails at once') file.setResult(false);
  if (behaviour === 'cancels') file.cancel(false);
  if (behaviour === 'throws') throw new Error('on purpose');
  return behaviour !== 'declines' && behaviour !== 'cancels';
}

/** What a start does to a file, by the contract's state machine. */
export function modelStart(model: Model, file: ModelFile, real: Real): void {
  if (file.state === 'running' || file.state === 'ready' || file.state === 'nothing') return;
  file.progress = 0;
  const last = real.transfers.findLast(
    (transfer) => transfer.mid === file.message.mid && transfer.upload === file.upload,
  );
  if (model.behaviour === 'accepts') {
    file.state = 'running';
    file.live = last ?? null;
  } else if (model.behaviour === 'succeeds at once') modelSettle(file, 'ready');
  else if (model.behaviour === 'fails at once') modelSettle(file, 'failed');
  else if (model.behaviour === 'cancels' && !file.upload) modelSettle(file, 'nothing');
  else modelSettle(file, 'required');
}

export function modelSettle(file: ModelFile, state: ModelFile['state']): void {
  file.state = state;
  file.live = null;
  file.progress = state === 'ready' ? 100 : 0;
}

/** Lets messages travel, and begins to follow those that arrived. */
export function deliver(model: Model, real: Real): void {
  const known = real.world.bobSaw.messages.length;
  real.world.settle();
  for (const message of real.world.bobSaw.messages.slice(known)) {
    const file: ModelFile = { message, upload: false, state: 'required', progress: 0, live: null };
    model.files.push(file);
    modelStart(model, file, real);
  }
}

/** Compares all that can be asked with what the model expects. */
export function compare(model: Model, real: Real): void {
  const faults = [...real.faults];
  for (const [transfer, ends] of real.ends) {
    if (ends !== 1) faults.push(`a transfer ended ${ends} times`);
    if (transfer.inProgress) faults.push('a transfer runs after its end');
  }
  for (const { message, upload, state, progress, live } of model.files) {
    const is = `${stateOf(message)} ${message.getProgress()}`;
    if (is !== `${state} ${progress}`) faults.push(`is "${is}", should be "${state} ${progress}"`);
    if (message.isUploadRequired() !== ((upload && state === 'required') || (upload && state === 'failed')))
      faults.push('isUploadRequired');
    if (message.isDownloadRequired() !== (!upload && (state === 'required' || state === 'failed')))
      faults.push('isDownloadRequired');
    if (message.getFile()?.progress !== progress) faults.push('the file says another progress');
    if (live !== null && !live.inProgress) faults.push('the live transfer does not run');
  }
  const left = model.files.filter((file) => file.upload && file.state === 'ready').length;
  const arrived = real.world.bobSaw.messages.length;
  if (arrived > left) faults.push('a message arrived whose file is not uploaded');
  if (faults.length > 0) throw new Error(faults.join('; '));
}
