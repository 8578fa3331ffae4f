import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Absolute paths of the files to send; none: the demo makes its own. */
  readonly files: readonly string[];
  /** Size of the large file that the demo makes. */
  readonly sizeMiB: number;
}

/** What the help says of one example. */
interface Help {
  readonly cloud: string;
  readonly settings: string;
}

const usage = ({ cloud, settings }: Help): string =>
  `Sends files from Alice to Bob through ${cloud}, and compares what arrived with what was sent.

usage: npm run demo -- [CLOUD]... [--file PATH]... [--size MIB]

  CLOUD        s3, gcs or azure (default: all, one after the other)
  --file PATH  send this file, instead of a picture and a large file that are made for the demo; repeatable
  --size MIB   size of the large file, 1 to 10240 (default 64)
  --help       this text

${settings}
`;

/** What the command line asks for; undefined when there is nothing to do: help was printed, or the exit code is set. */
export function readOptions(args: string[], help: Help): DemoOptions | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        file: { type: 'string', multiple: true, default: [] },
        size: { type: 'string', default: '64' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage(help));
      return undefined;
    }
    return { files: values.file.map((path) => resolve(path)), sizeMiB: mebibytes(values.size) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage(help)}`);
    process.exitCode = 2;
    return undefined;
  }
}

function mebibytes(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_240) {
    throw new Error(`--size takes a whole number from 1 to 10240, not "${text}"`);
  }
  return number;
}
