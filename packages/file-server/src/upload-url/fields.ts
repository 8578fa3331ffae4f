import { FILESOURCE } from '@mesibo-files/handler-core';
import { Refusal } from '../http/refusal.ts';
import type { FieldRules } from './rules.ts';

/** What the form says of its file. */
export interface UploadFields {
  /** Null where no field brought one. */
  readonly token: string | null;
  readonly uid: number;
  /** 0 to 2^64 - 1. */
  readonly mid: bigint;
  readonly source: number;
  /** A legacy form of a profile's picture. */
  readonly profile: boolean;
}

/** The fields of one form, as they come. Of those that are not mesibo's the first of each name counts. */
export class FormFields {
  readonly #rules: FieldRules;
  readonly #values = new Map<string, string>();
  #enough = false;

  constructor(rules: FieldRules) {
    this.#rules = rules;
  }

  /** Whether mesibo uses a field of this name. */
  knows(name: string): boolean {
    return this.#rules.known.includes(name);
  }

  /** Whether a part of this name is a field, and no file: mesibo's, and those that `authorise` looks at. */
  expects(name: string): boolean {
    return this.knows(name) || this.#rules.awaited.some((names) => names.includes(name));
  }

  /** @throws `Refusal` `field-repeated`, `field-wrong`, `unknown-op` */
  add(name: string, value: string): void {
    if (this.knows(name)) this.#check(name, value);
    if (!this.#enough && !this.#values.has(name)) this.#values.set(name, value);
  }

  /**
   * The file begins. If all that matters has come, then what comes later has no effect, so none of mesibo's own fields
   * may. `bearer`: the token came in a header.
   */
  fileBegins(bearer: boolean): void {
    const has = (name: string): boolean =>
      this.#values.has(name) || (bearer && this.#rules.token.includes(name));
    this.#enough = this.#rules.awaited.every((names) => names.some(has));
  }

  /** Whether everything that matters came before the file. */
  get enough(): boolean {
    return this.#enough;
  }

  /** The fields that are none of mesibo's. */
  others(): ReadonlyMap<string, string> {
    return new Map([...this.#values].filter(([name]) => !this.knows(name)));
  }

  /** The token, where it has come. */
  get token(): string | null {
    const found = this.#rules.token
      .map((name) => this.#values.get(name))
      .find((value) => value !== undefined);
    return found || null;
  }

  /** Reads them. @throws `Refusal` `field-missing`, `field-wrong` */
  read(): UploadFields {
    const missing = this.#rules.required.filter((name) => !this.#values.has(name));
    if (missing.length > 0) throw new Refusal('field-missing', `The form lacks ${missing.join(', ')}.`);
    const profile = this.knows('profile') && this.#number('profile', 1n) === 1n;
    const source = profile ? FILESOURCE.PROFILE : FILESOURCE.MESSAGE;
    return {
      token: this.token,
      uid: Number(this.#number('uid', UINT32)),
      mid: this.#mid(),
      source: this.#values.has('source') ? Number(this.#number('source', INT31)) : source,
      profile,
    };
  }

  #check(name: string, value: string): void {
    if (this.#values.has(name)) throw new Refusal('field-repeated', `The form has ${name} twice.`);
    if (this.#enough) throw new Refusal('field-wrong', `The field ${name} came after the file.`);
    if (name === 'op' && value !== 'upload') throw new Refusal('unknown-op', 'The form has another op.');
    // To append is to change a file that others may have read. A tail alone must not be taken for the file.
    if (name === 'file_offset' && !/^0*$/.test(value)) {
      throw new Refusal('field-wrong', 'A file is uploaded whole here: file_offset must be 0.');
    }
  }

  #number(name: string, most: bigint): bigint {
    const text = this.#values.get(name) ?? '0';
    if (!/^\d{1,10}$/.test(text) || BigInt(text) > most) {
      throw new Refusal('field-wrong', `The field ${name} is no whole number from 0 to ${most}.`);
    }
    return BigInt(text);
  }

  /** Android writes the upper half of the range as negative numbers. */
  #mid(): bigint {
    const text = this.#values.get('mid') ?? '0';
    const value = /^-?\d{1,20}$/.test(text) ? BigInt(text) : null;
    if (value === null || value > UINT64 || value < -(2n ** 63n)) {
      throw new Refusal('field-wrong', 'The field mid is no whole number of 64 bits.');
    }
    return BigInt.asUintN(64, value);
  }
}

const UINT32 = 2n ** 32n - 1n;
const INT31 = 2n ** 31n - 1n;
const UINT64 = 2n ** 64n - 1n;
