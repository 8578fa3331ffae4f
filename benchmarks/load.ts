// The file server on its own disk beside named peers: npx tsx -C source benchmarks/load.ts [--runs N] [--seconds N] [--connections 1,50] [--ways up,down] [--against CHECKOUT] [--large MIB]
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MIB } from './src/options.ts';
import { currentLoad } from './src/report.ts';
import { largeUploads } from './src/server/large-uploads.ts';
import { compareLoads } from './src/server/load.ts';
import type { ServerName } from './src/server/types.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,50,200,1000' },
    ways: { type: 'string', default: 'up,down' },
    against: { type: 'string' },
    large: { type: 'string' },
    peers: { type: 'boolean', default: true },
    dir: { type: 'string', default: tmpdir() },
  },
  allowNegative: true,
});
const { against } = values;
const names: ServerName[] = ['ours, disk'];
if (against !== undefined) names.push('before, disk');
if (values.peers) names.push('Express + multer, disk', '@tus/server, disk');
console.log(
  `Node ${process.version}; load ${currentLoad().toFixed(1)} before the start. Medians of ${values.runs}.`,
);
if (values.large !== undefined) {
  for (const name of names) {
    const peak = await largeUploads(name, values.dir, { count: 256, each: Number(values.large) * MIB });
    console.log(
      `256 uploads of 100 MiB at once, ${values.large} MiB of each: ${name} ${(peak / MIB).toFixed(0)} MiB`,
    );
  }
  process.exit();
}
await compareLoads({
  dir: values.dir,
  names,
  connections: values.connections.split(',').map(Number),
  runs: Number(values.runs),
  seconds: Number(values.seconds),
  ways: values.ways.split(',').flatMap((way) => (way === 'up' || way === 'down' ? [way] : [])),
  ...(against === undefined ? {} : { against: resolve(against) }),
});
