import { type PictureSlot, slotKey } from './picture-slot.ts';

/** Which pictures there are, as mesibo's server knows them of its users and groups: a URL each. */
export class PictureDirectory {
  readonly #urls = new Map<string, string>();

  url(slot: PictureSlot): string | null {
    return this.#urls.get(slotKey(slot)) ?? null;
  }
  /** Whether any picture is stored there. */
  has(url: string): boolean {
    return [...this.#urls.values()].includes(url);
  }
  publish(slot: PictureSlot, url: string): void {
    this.#urls.set(slotKey(slot), url);
  }
  /** False where there was none. */
  remove(slot: PictureSlot): boolean {
    return this.#urls.delete(slotKey(slot));
  }
}
