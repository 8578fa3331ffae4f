import { CheckFailed } from './check.ts';

/** Everything that must never be seen in an error or a file URL: tickets, signatures, keys. */
export class SecretWatch {
  readonly #secrets = new Map<string, string>();

  /** Keeps a secret in mind. Texts of fewer than 12 characters are too common to be looked for. */
  add(secret: string, what: string): void {
    if (secret.length >= 12) this.#secrets.set(secret, what);
  }

  /** Keeps what is secret in a signed URL in mind: its whole query, and every long value in it. */
  addUrl(url: string): void {
    const mark = url.indexOf('?');
    if (mark === -1) return;
    const query = url.slice(mark + 1);
    this.add(query, 'the query of a signed URL');
    for (const [name, value] of new URLSearchParams(query)) {
      if (/sig|token|credential|hmac/i.test(name)) this.add(value, `the query parameter ${name}`);
    }
  }

  /** Fails the case when a text shows a secret. */
  scan(text: string, where: string): void {
    for (const [secret, what] of this.#secrets) {
      if (text.includes(secret) || text.includes(encodeURIComponent(secret))) {
        throw new CheckFailed(`expected that ${where} shows no secret, but it shows ${what}`);
      }
    }
  }

  /** Fails the case when an error shows a secret, in its message, hint, stack, own fields or causes. */
  scanError(error: unknown): void {
    scanDeep(error, this, 'the error', new Set());
  }
}

function scanDeep(value: unknown, watch: SecretWatch, where: string, seen: Set<unknown>): void {
  if (typeof value === 'string') watch.scan(value, where);
  if (typeof value !== 'object' || value === null || seen.has(value) || seen.size > 2_000) return;
  seen.add(value);
  for (const name of Object.getOwnPropertyNames(value)) {
    const inner: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    scanDeep(inner, watch, `${where}.${name}`, seen);
  }
}
