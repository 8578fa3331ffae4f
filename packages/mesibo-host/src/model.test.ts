import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Behaviour,
  compare,
  createModel,
  deliver,
  type Model,
  type ModelFile,
  modelSettle,
  modelStart,
  type Real,
  URL_OF_ALL,
} from '../test/model.ts';

type Step = (model: Model, real: Real) => void;

const step = (name: string, run: Step): fc.Command<Model, Real> => ({
  check: () => true,
  run: (model, real) => {
    run(model, real);
    compare(model, real);
  },
  toString: () => name,
});

/** A step on one of the files, if there is any. */
const onFile = (
  name: string,
  index: number,
  run: (file: ModelFile, model: Model, real: Real) => void,
): fc.Command<Model, Real> =>
  step(`${name} #${index}`, (model, real) => {
    const file = model.files[index % Math.max(model.files.length, 1)];
    if (file) run(file, model, real);
  });

/** A report on any transfer there ever was, live or late. */
const onTransfer = (
  name: string,
  index: number,
  run: (transfer: Real['transfers'][number], file: ModelFile | undefined) => void,
): fc.Command<Model, Real> =>
  step(`${name} @${index}`, (model, real) => {
    const transfer = real.transfers[real.transfers.length - 1 - (index % Math.max(real.transfers.length, 1))];
    if (transfer)
      run(
        transfer,
        model.files.find(({ live }) => live === transfer),
      );
  });

const send = step('send', (model, real) => {
  const message = real.world.alice.getProfile('bob').newMessage();
  message.setContent('/alice/photo.jpg');
  message.send();
  const file: ModelFile = { message, upload: true, state: 'required', progress: 0, live: null };
  model.files.push(file);
  modelStart(model, file, real);
});

const read = (side: 'alice' | 'bob'): fc.Command<Model, Real> =>
  step(`read ${side}`, (model, real) => {
    real.world[side].messages();
    for (const file of model.files) if (file.upload === (side === 'alice')) modelStart(model, file, real);
  });

const start = (index: number, priority: number): fc.Command<Model, Real> =>
  onFile(`start(${priority})`, index, (file, model, real) => {
    const started = file.message.startFileTransfer(priority);
    modelStart(model, file, real);
    const ran = file.state === 'running' || model.behaviour.endsWith('at once');
    if (started && !ran) throw new Error('start said true, and nothing ran');
  });

const modelStop = (file: ModelFile): void => {
  if (file.state === 'running') modelSettle(file, 'required');
};

const stop = (index: number): fc.Command<Model, Real> =>
  onFile('stop', index, (file) => {
    const stopped = file.message.stopFileTransfer();
    if (stopped !== (file.state === 'running')) throw new Error(`stop said ${stopped}`);
    modelStop(file);
  });

const toggle = (index: number): fc.Command<Model, Real> =>
  onFile('toggle', index, (file, model, real) => {
    const running = file.state === 'running';
    file.message.toggleFileTransfer(1);
    if (running) modelStop(file);
    else modelStart(model, file, real);
  });

const progress = (index: number, percent: number): fc.Command<Model, Real> =>
  onTransfer(`progress ${percent}`, index, (transfer, file) => {
    transfer.setProgress(percent);
    if (!file || Number.isNaN(percent)) return;
    const whole = Math.min(Math.floor(percent), file.upload ? 99 : 100);
    file.progress = Math.max(file.progress, whole);
  });

const result = (index: number, success: boolean, url: string | null): fc.Command<Model, Real> =>
  onTransfer(`result ${success} ${url}`, index, (transfer, file) => {
    transfer.setResult(success, url);
    if (file) modelSettle(file, success && (!file.upload || url !== null) ? 'ready' : 'failed');
  });

const cancel = (index: number, retryLater: boolean): fc.Command<Model, Real> =>
  onTransfer(`cancel ${retryLater}`, index, (transfer, file) => {
    transfer.cancel(retryLater);
    if (file) modelSettle(file, retryLater ? 'required' : file.upload ? 'failed' : 'nothing');
  });

const behaviours: Behaviour[] = [
  'accepts',
  'accepts',
  'accepts',
  'declines',
  'throws',
  'succeeds at once',
  'fails at once',
  'cancels',
];
const index = fc.nat(12);

const commands = fc.commands(
  [
    fc.constant(send),
    fc.constant(step('deliver', deliver)),
    fc.constantFrom(read('alice'), read('bob')),
    fc.constantFrom(...behaviours).map((behaviour) =>
      step(`handlers: ${behaviour}`, (model) => {
        model.behaviour = behaviour;
      }),
    ),
    fc.tuple(index, fc.nat(3)).map(([which, priority]) => start(which, priority)),
    index.map(stop),
    index.map(toggle),
    fc
      .tuple(index, fc.oneof(fc.integer({ min: -20, max: 130 }), fc.constantFrom(Number.NaN, 33.7)))
      .map(([which, percent]) => progress(which, percent)),
    fc
      .tuple(index, fc.boolean(), fc.constantFrom(URL_OF_ALL, URL_OF_ALL, null))
      .map(([which, success, url]) => result(which, success, url)),
    fc.tuple(index, fc.boolean()).map(([which, retryLater]) => cancel(which, retryLater)),
  ],
  { maxCommands: 40, size: '+1' },
);

it('holds the contract over any sequence of sends, reads, starts, stops, reports and late reports', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(commands, (sequence) => {
      const { model, real } = createModel();
      fc.modelRun(() => ({ model, real }), sequence);
      for (const file of model.files) reached.add(`${file.upload ? 'upload' : 'download'} ${file.state}`);
    }),
    { numRuns: 1500 },
  );
  // Proves that the sequences get everywhere: an upload can't be blocked.
  expect([...reached].sort()).toEqual([
    'download failed',
    'download nothing',
    'download ready',
    'download required',
    'download running',
    'upload failed',
    'upload ready',
    'upload required',
    'upload running',
  ]);
});
