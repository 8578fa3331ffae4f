import type { FileTask } from './file-task.ts';

/**
 * Downloads that `cancel(false)` gave up for the life of the app. What they are is their message's id and their URL; a
 * profile picture has no message, so what it belongs to, and which of several it is, count too.
 */
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
  const { mid, source, imageIndex, url } = task.facts(0);
  return `${mid} ${source} ${imageIndex} ${url ?? ''}`;
}
