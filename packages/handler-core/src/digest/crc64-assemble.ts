/** Bytes of WebAssembly. */
export type Code = readonly number[];

/** An unsigned number in LEB128. */
export function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** A signed number of 32 bits in LEB128. */
export function signed(value: number): Code {
  const rest = value >> 7;
  const done = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return done ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const i64 = (value: number): Code => [0x42, ...signed(value)];
export const load64 = (offset: number): Code => [0x29, 3, ...unsigned(offset)];
export const load8 = (offset: number): Code => [0x2d, 0, ...unsigned(offset)];

/** Operations of 32 bits, then of 64. */
export const ADD: Code = [0x6a];
export const SUB: Code = [0x6b];
export const AND: Code = [0x71];
export const SHIFT: Code = [0x74];
export const LESS: Code = [0x49];
export const XOR64: Code = [0x85];
export const LEFT64: Code = [0x86];
export const RIGHT64: Code = [0x88];
export const WRAP: Code = [0xa7];
export const WIDEN: Code = [0xad];

/** Repeats the body until the condition, looked at first, holds. */
export function until(condition: Code, body: Code): Code {
  return [0x02, 0x40, 0x03, 0x40, ...condition, 0x0d, 1, ...body, 0x0c, 0, 0x0b, 0x0b];
}

const I32 = 0x7f;
const I64 = 0x7e;

/** A module of one function, `run(i64, i32, i32) -> i64`, with so many locals of 64 bits, and its memory. */
export function moduleOf(body: Code, locals: number, pages: number): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
  const name = (text: string): Code => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];
  const code = [1, ...unsigned(locals), I64, ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('run'), 0, 0, ...name('memory'), 2, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}
