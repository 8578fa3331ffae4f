import type { FileTask } from './file-task.ts';

/** Downloads that `cancel(false)` gave up for the life of the app: what they are is their message's id and their URL. */
export class BlockList {
  readonly #keys = new Set<string>();

  has(task: FileTask): boolean {
    return this.#keys.has(keyOf(task));
  }
  add(task: FileTask): void {
    this.#keys.add(keyOf(task));
  }
  delete(task: FileTask): void {
    this.#keys.delete(keyOf(task));
  }
}

function keyOf(task: FileTask): string {
  const { mid, url } = task.facts(0);
  return `${mid} ${url ?? ''}`;
}
