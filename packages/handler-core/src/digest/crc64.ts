/// <reference path="web-assembly.d.ts" />

import { CAPACITY, crc64Module, DATA, LANE_TABLES, LANES, WORD_TABLES } from './crc64-code.ts';
import type { Hasher } from './hash.ts';

/** CRC-64/NVME's polynomial, reflected. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ONES = 0xffffffffffffffffn;

interface Engine {
  readonly run: (crc: bigint, at: number, bytes: number) => bigint;
  readonly memory: Uint8Array;
}

let engine: Engine | null | undefined;

/**
 * CRC-64/NVME in WebAssembly: 3.2 GiB/s where MD5 makes 0.8, and the one in Azure's own library 1.2. Undefined where
 * there is no WebAssembly, or a page's Content-Security-Policy forbids it.
 */
export function crc64nvme(): Hasher | undefined {
  engine ??= makeEngine();
  const found = engine;
  if (found === null) return undefined;
  let crc = ONES;
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; at += CAPACITY) {
        const chunk = bytes.subarray(at, at + CAPACITY);
        found.memory.set(chunk, DATA);
        crc = found.run(crc, DATA, chunk.length);
      }
    },
    digest() {
      const digest = new DataView(new ArrayBuffer(8));
      digest.setBigUint64(0, crc ^ ONES);
      return new Uint8Array(digest.buffer);
    },
  };
}

/** What another thread needs to work it out: code, and the tables that stand at the beginning of its memory. */
export interface Crc64Kit {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly tables: Uint8Array;
  /** Where bytes go, and how many at once. */
  readonly data: number;
  readonly capacity: number;
}

/** Null where there is no WebAssembly. */
export function crc64Kit(): Crc64Kit | null {
  engine ??= makeEngine();
  if (engine === null) return null;
  return { module: crc64Module(), tables: engine.memory.slice(0, DATA), data: DATA, capacity: CAPACITY };
}

/** Small enough to be compiled at once, where it is wanted for the first time. */
function makeEngine(): Engine | null {
  const { run, memory } = instantiate();
  if (typeof run !== 'function' || !isMemory(memory)) return null;
  const tables = makeTables();
  const words = new BigUint64Array(memory.buffer);
  for (let byte = 0; byte < 8; byte++) {
    words.set(tables[7 - byte] ?? [], WORD_TABLES / 8 + byte * 256);
    words.set(tables[7 - byte + (LANES - 1) * 8] ?? [], LANE_TABLES / 8 + byte * 256);
  }
  return {
    run: (crc, at, bytes) => BigInt.asUintN(64, run(crc, at, bytes)),
    memory: new Uint8Array(memory.buffer),
  };
}

function isMemory(value: unknown): value is WebAssembly.Memory {
  return typeof WebAssembly !== 'undefined' && value instanceof WebAssembly.Memory;
}

function instantiate(): Readonly<Record<string, unknown>> {
  if (typeof WebAssembly === 'undefined') return {};
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(crc64Module())).exports;
  } catch {
    return {};
  }
}

/** Table n tells what a byte does that n more bytes follow. */
function makeTables(): readonly (readonly bigint[])[] {
  const first = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
    return value;
  });
  const tables: bigint[][] = [first];
  for (let index = 1; index < LANES * 8; index++) {
    const before = tables[index - 1] ?? [];
    tables.push(before.map((value) => (value >> 8n) ^ (first[Number(value & 255n)] ?? 0n)));
  }
  return tables;
}
