import {
  ADD,
  AND,
  type Code,
  get,
  i32,
  i64,
  LEFT64,
  LESS,
  load8,
  load64,
  moduleOf,
  RIGHT64,
  SHIFT,
  SUB,
  set,
  until,
  WIDEN,
  WRAP,
  XOR64,
} from './crc64-assemble.ts';

/** Words of eight bytes that are worked on side by side: one alone would wait for the memory most of the time. */
export const LANES = 4;

/** Where the tables are: eight of 256 words for a step of all lanes, and as many for a step of one word. */
export const LANE_TABLES = 0;
export const WORD_TABLES = 16_384;

/** Where the bytes to be hashed are, and how many fit. */
export const DATA = 65_536;
export const CAPACITY = 262_144;

const CRC = 0;
const AT = 1;
const LEFT = 2;
const WORD = 3;
const LANE = 4;

const BLOCK = LANES * 8;

/** The eight bytes of the word, each looked up in its own table. */
function lookUp(tables: number): Code {
  const entries = Array.from({ length: 8 }, (_, byte): Code => {
    const shift = byte === 0 ? [...i64(3), ...LEFT64] : [...i64(byte * 8 - 3), ...RIGHT64];
    return [...get(WORD), ...shift, ...WRAP, ...i32(2040), ...AND, ...load64(tables + byte * 2048)];
  });
  return entries.flatMap((entry, index) => (index === 0 ? entry : [...entry, ...XOR64]));
}

const lanes: readonly number[] = Array.from({ length: LANES }, (_, index) => index);
const input = (lane: number): Code => [...get(AT), ...load64(lane * 8), ...get(LANE + lane), ...XOR64];
const advance = (bytes: number): Code => [
  ...[...get(AT), ...i32(bytes), ...ADD, ...set(AT)],
  ...[...get(LEFT), ...i32(bytes), ...SUB, ...set(LEFT)],
];

/** One word, with the running value in it. */
const word: Code = [
  ...get(AT),
  ...load64(0),
  ...get(CRC),
  ...XOR64,
  ...set(WORD),
  ...lookUp(WORD_TABLES),
  ...set(CRC),
];

/** All lanes a step further; each lane is then as if the others' bytes had followed. */
const step: Code = lanes.flatMap((lane) => [
  ...input(lane),
  ...set(WORD),
  ...lookUp(LANE_TABLES),
  ...set(LANE + lane),
]);

/** The last block ends the lanes: one word after the other. */
const join: Code = [
  ...[...i64(0), ...set(CRC)],
  ...lanes.flatMap((lane) => [
    ...[...input(lane), ...get(CRC), ...XOR64, ...set(WORD)],
    ...[...lookUp(WORD_TABLES), ...set(CRC)],
  ]),
];

const byte: Code = [
  ...[...get(CRC), ...get(AT), ...load8(0), ...WIDEN, ...XOR64, ...WRAP, ...i32(255), ...AND],
  ...[...i32(3), ...SHIFT, ...load64(WORD_TABLES + 7 * 2048)],
  ...[...get(CRC), ...i64(8), ...RIGHT64, ...XOR64, ...set(CRC)],
];

const fewerThan = (bytes: number): Code => [...get(LEFT), ...i32(bytes), ...LESS];

/** `run(crc, at, bytes)`: the running value after so many bytes of the memory; not yet inverted. */
export function crc64Module(): Uint8Array<ArrayBuffer> {
  const body: Code = [
    ...[...get(CRC), ...set(LANE)],
    ...[0x02, 0x40, ...fewerThan(2 * BLOCK), 0x0d, 0],
    ...until(fewerThan(2 * BLOCK), [...step, ...advance(BLOCK)]),
    ...[...join, ...advance(BLOCK), 0x0b],
    ...until(fewerThan(8), [...word, ...advance(8)]),
    ...until(fewerThan(1), [...byte, ...advance(1)]),
    ...get(CRC),
  ];
  return moduleOf(body, 1 + LANES, (DATA + CAPACITY) / 65_536);
}
