export { type Finding, play, type SimulateOptions, simulate } from './simulate.ts';
export type { Script, Setting, Step } from './steps.ts';
