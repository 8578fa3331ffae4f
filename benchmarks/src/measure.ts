import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bundle } from './bundle.ts';
import { CLOUD_SETTINGS } from './clouds.ts';
import type { Files } from './files.ts';
import { MIB } from './options.ts';
import { runChild } from './run-child.ts';
import { objectName } from './store/start.ts';
import { runCurl } from './subjects/curl.ts';
import type { Cloud, Direction, Job, Sample, Scheme, Series, Store, SubjectName, Transfer } from './types.ts';

/** For connections to close and the store's processes to be counted. */
const SETTLE = 60;

/** Everything a run needs. */
export interface Bench {
  readonly cloud: Cloud;
  readonly files: Files;
  readonly store: Store;
  readonly bundle: Bundle;
  readonly onRun: (text: string) => void;
}

/** What is measured together: its subjects take turns. */
export interface Setting {
  readonly direction: Direction;
  readonly scheme: Scheme;
  readonly size: number;
  readonly subjects: readonly SubjectName[];
  readonly runs: number;
}

/** Runs every subject in turn, round after round; the first round is thrown away. */
export async function measure(bench: Bench, setting: Setting): Promise<Series[]> {
  const { direction, scheme, size, subjects, runs } = setting;
  const samples = new Map<SubjectName, Sample[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round <= runs; round++) {
    for (const subject of subjects) {
      bench.onRun(`${direction} ${scheme} ${size / MIB} MiB, round ${round} of ${runs}: ${subject}`);
      const sample = await runOne(bench, setting, subject);
      if (round > 0) samples.get(subject)?.push(sample);
    }
  }
  return subjects.map((subject) => ({
    subject,
    direction,
    scheme,
    size,
    samples: samples.get(subject) ?? [],
  }));
}

async function runOne(bench: Bench, setting: Setting, subject: SubjectName): Promise<Sample> {
  const { cloud, files, store, bundle } = bench;
  const { direction, scheme, size } = setting;
  const transfer = (bytes: number, name: string): Transfer => ({
    path: direction === 'upload' ? files.input(bytes) : `${files.target}-${name}`,
    object: objectName(bytes),
    size: bytes,
  });
  const job: Job = {
    cloud,
    subject,
    direction,
    origin: store.origins[scheme],
    warmUp: transfer(CLOUD_SETTINGS[cloud].warmUp, 'warm-up'),
    measured: transfer(size, 'measured'),
  };
  const before = store.cpu();
  const taken =
    subject === 'curl' ? await runCurl(job, files.cert) : await runChild(job, bundle.child, files.cert);
  if (direction === 'download') {
    // Gone before anything of it need be written back, which would burden the next.
    for (const { path } of [job.warmUp, job.measured]) await rm(path, { force: true });
  }
  await pause(SETTLE);
  const after = store.cpu();
  return { ...taken, storeCpu: before === null || after === null ? null : after - before };
}
