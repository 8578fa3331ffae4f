/**
 * Which users uploaded which stored files with their messages. A file that two users uploaded belongs to neither alone: a
 * handler may have joined two uploads of the same file.
 */
export class StoredFiles {
  readonly #owners = new Map<string, Set<string>>();

  uploaded(url: string, address: string): void {
    const owners = this.#owners.get(url) ?? new Set();
    this.#owners.set(url, owners.add(address));
  }

  /** Whether this user uploaded the file, and nobody else did. */
  belongsTo(url: string, address: string): boolean {
    const owners = this.#owners.get(url);
    return owners?.size === 1 && owners.has(address);
  }

  removed(url: string): void {
    this.#owners.delete(url);
  }
}
