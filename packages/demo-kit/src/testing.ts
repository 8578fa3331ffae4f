export { type DemoRun, expectBothFiles, linesAfter } from './demo-test.ts';
export { runAsProcess } from './run-as-process.ts';
