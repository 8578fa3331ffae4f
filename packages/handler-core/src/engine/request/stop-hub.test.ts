import { describe, expect, it } from 'vitest';
import { onStop } from './time.ts';

describe('onStop', () => {
  it('calls each that still listens once, through one listener on the signal', () => {
    const controller = new AbortController();
    let listeners = 0;
    const add = controller.signal.addEventListener.bind(controller.signal);
    controller.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    const called: number[] = [];
    const ends = Array.from({ length: 50 }, (_, at) => onStop(controller.signal, () => called.push(at)));
    ends[7]?.();
    controller.abort();
    controller.abort();
    expect(called).toHaveLength(49);
    expect(called).not.toContain(7);
    expect(listeners).toBe(1);
  });
});
