import type { MesiboFileTransfer } from '../src/index.ts';
import { ORIGIN } from '../src/index.ts';

/** A transfer as mesibo hands it over, that writes down what it is told. */
export interface TestTransfer extends MesiboFileTransfer {
  /** `30`, `100`, `true https://…`, `false`: what was reported, in order. */
  readonly reported: string[];
  /** Resolves with the next result. */
  settled(): Promise<string>;
}

/** Makes a transfer; `more` overrides any of its fields. */
export function transfer(
  more: Partial<MesiboFileTransfer> & { path?: string; url?: string | null },
): TestTransfer {
  let context: unknown = null;
  const reported: string[] = [];
  const waiting: ((result: string) => void)[] = [];
  const { path = '/in.bin', url = null, ...fields } = more;
  return {
    upload: true,
    priority: 0,
    mid: 5n,
    ts: 0,
    origin: ORIGIN.REALTIME,
    source: 0,
    imageIndex: 0,
    secure: false,
    externalLink: false,
    notifyProgress: true,
    progress: 0,
    inProgress: false,
    result: false,
    getPath: () => path,
    getUrl: () => url,
    getUserObject: () => null,
    getLocalIdentifier: () => null,
    getPHAsset: () => null,
    start: () => undefined,
    cancel: () => undefined,
    setProgress: (percent) => void reported.push(String(percent)),
    setResult: (success, link) => {
      const text = link === undefined ? String(success) : `${success} ${link}`;
      reported.push(text);
      for (const resolve of waiting.splice(0)) resolve(text);
    },
    setFileTransferContext: (given) => {
      context = given;
    },
    getFileTransferContext: () => context,
    ...fields,
    reported,
    settled: () => new Promise((resolve) => waiting.push(resolve)),
  };
}
