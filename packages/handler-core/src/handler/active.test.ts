import { expect, it } from 'vitest';
import { transfer } from '../../test/transfer.ts';
import { ActiveTransfer } from './active.ts';

const at = (percent: number) => ({ done: percent, total: 100, percent });

it('reports progress that rises, one result, and nothing after it', () => {
  const file = transfer({});
  const active = new ActiveTransfer(file);
  file.setFileTransferContext(active);
  for (const percent of [0, 10, 10, 5, 30]) active.progress(at(percent));
  expect(active.result(true, 'https://store.invalid/a')).toBe(true);
  expect([active.result(false), active.over]).toEqual([false, true]);
  active.progress(at(50));
  expect(file.reported).toEqual(['10', '30', 'true https://store.invalid/a']);
  expect(file.getFileTransferContext()).toBeNull();
});

it('reports nothing after a stop, and leaves the context of the next start alone', () => {
  const file = transfer({});
  const active = new ActiveTransfer(file);
  active.stop();
  const next = new ActiveTransfer(file);
  file.setFileTransferContext(next);
  active.progress(at(50));
  expect(active.result(true)).toBe(false);
  expect([file.reported, file.getFileTransferContext(), active.signal.aborted]).toEqual([[], next, true]);
});
