import { text } from 'node:stream/consumers';
import { peakMemoryOf } from './proc.ts';
import { moveOf } from './subjects/index.ts';
import type { Job } from './types.ts';

// The measured process: reads its job, warms up, moves the file, and prints what that took.

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

const job: Job = JSON.parse(await text(process.stdin));
const move = await moveOf(job);
await move(job.warmUp);

const cpuBefore = process.cpuUsage();
const began = performance.now();
await move(job.measured);
const wall = (performance.now() - began) / 1000;
const cpu = seconds(process.cpuUsage(cpuBefore));

const memory = peakMemoryOf('self') ?? process.resourceUsage().maxRSS * 1024;
const result = { wall, cpu, wholeCpu: seconds(process.cpuUsage()), memory };
process.stdout.write(JSON.stringify(result), () => process.exit());
