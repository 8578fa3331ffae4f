import type { MesiboFileTransfer } from '@mesibo-files/handler-core';
import type { HandlerBench, HandlerHarness, TransferHandler } from '../harness/handler-harness.ts';

/** One fault that a handler might have, and the cases that must find it. */
export interface BrokenHandler {
  /** The fault in a few words. */
  readonly name: string;
  /** Names of cases that must all fail, at least. */
  readonly caughtBy: readonly string[];
  /** What it does otherwise than the good handler. */
  breaks(good: TransferHandler): Partial<TransferHandler>;
}

/** The harness, with every handler broken. */
export function brokenHandlers(harness: HandlerHarness, fault: BrokenHandler): HandlerHarness {
  const broken = (good: TransferHandler): TransferHandler => ({
    Mesibo_onStartFileTransfer: (file) => good.Mesibo_onStartFileTransfer(file),
    Mesibo_onStopFileTransfer: (file) => good.Mesibo_onStopFileTransfer(file),
    discard: (file) => good.discard(file),
    ...fault.breaks(good),
  });
  return {
    name: `${harness.name}, ${fault.name}`,
    async open(): Promise<HandlerBench> {
      const bench = await harness.open();
      return { ...bench, handler: (options, overrides) => broken(bench.handler(options, overrides)) };
    },
  };
}

type Reports = Partial<Pick<MesiboFileTransfer, 'setProgress' | 'setResult'>>;

/** A handler whose reports reach mesibo otherwise than they should. */
function reporting(change: (file: MesiboFileTransfer) => Reports): BrokenHandler['breaks'] {
  return (good) => ({
    Mesibo_onStartFileTransfer: (file) => good.Mesibo_onStartFileTransfer(altered(file, change(file))),
  });
}

function altered(file: MesiboFileTransfer, changes: Reports): MesiboFileTransfer {
  return new Proxy(file, {
    get(target, name) {
      const value: unknown = Reflect.get(name in changes ? changes : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const THERE_AND_BACK = 'a file of many parts and one byte goes up and comes down, with one result each';
const STOPPED = 'stop of an upload closes its sockets within 100 ms, with no result';

/** Every fault of a handler that the suite is shown to find, by its own test. */
export const faultyHandlers: readonly BrokenHandler[] = [
  {
    name: 'reports its result twice',
    caughtBy: [THERE_AND_BACK],
    breaks: reporting((file) => ({
      setResult(success, url) {
        file.setResult(success, url);
        file.setResult(success, url);
      },
    })),
  },
  {
    name: 'reports progress after its result',
    caughtBy: [THERE_AND_BACK],
    breaks: reporting((file) => ({
      setResult(success, url) {
        file.setResult(success, url);
        file.setProgress(100);
      },
    })),
  },
  {
    name: 'lets progress go back',
    caughtBy: [THERE_AND_BACK],
    breaks: reporting((file) => ({
      setProgress(percent) {
        file.setProgress(percent);
        file.setProgress(percent - 1);
      },
    })),
  },
  {
    name: 'is at 100 before the commit',
    caughtBy: [STOPPED],
    breaks: reporting((file) => ({
      setProgress: (percent) => file.setProgress(percent > 10 ? 100 : percent),
    })),
  },
  {
    name: 'puts a signature into the message',
    caughtBy: ['the file URL is durable, unsigned and owned'],
    breaks: reporting((file) => ({
      setResult: (success, url) =>
        file.setResult(success, typeof url === 'string' ? `${url}?signature=abc` : url),
    })),
  },
  {
    name: 'reports a result after a stop',
    caughtBy: [STOPPED],
    breaks: (good) => ({
      Mesibo_onStopFileTransfer(file) {
        const answer = good.Mesibo_onStopFileTransfer(file);
        file.setResult(false);
        return answer;
      },
    }),
  },
  {
    name: 'does not stop',
    caughtBy: [
      STOPPED,
      'stop of a download closes its sockets within 100 ms, with no result',
      'stop at once after start gives no result, and leaves nothing',
    ],
    breaks: () => ({ Mesibo_onStopFileTransfer: () => true }),
  },
  {
    name: 'answers stop by false when nothing runs',
    caughtBy: ['stop before start answers true'],
    breaks: (good) => ({
      Mesibo_onStopFileTransfer: (file) =>
        file.getFileTransferContext() !== null && good.Mesibo_onStopFileTransfer(file),
    }),
  },
  {
    name: 'reports within the call of start',
    caughtBy: ['no result comes before start has answered'],
    breaks: (good) => ({
      Mesibo_onStartFileTransfer(file) {
        file.setProgress(0);
        return good.Mesibo_onStartFileTransfer(file);
      },
    }),
  },
  {
    name: 'forgets the discard',
    caughtBy: [
      'discard of a stopped upload leaves no part',
      'discard of a running upload ends it, and leaves no part',
    ],
    breaks: () => ({ discard: async () => {} }),
  },
];
