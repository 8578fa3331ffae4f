export { type DemoStory, runDemo, type Store } from './run-demo.ts';
export type { Workspace } from './workspace.ts';
