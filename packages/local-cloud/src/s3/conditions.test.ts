import { describe, expect, it } from 'vitest';
import { checkReadConditions, checkWriteConditions, rangeApplies } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { StoredObject } from './store/types.ts';

const object = { etag: 'abc', lastModified: Date.parse('2026-01-01T00:00:10Z') } as StoredObject;
const at = (second: number): string => new Date(object.lastModified + second * 1000).toUTCString();

const codeOf = (check: () => void): string => {
  try {
    check();
    return 'passes';
  } catch (error) {
    return error instanceof S3Error ? error.code : 'other';
  }
};

describe('conditions of a read', () => {
  it.each([
    [{ 'if-match': '"abc"' }, 'passes'],
    [{ 'if-match': 'abc' }, 'passes'],
    [{ 'if-match': '*' }, 'passes'],
    [{ 'if-match': '"x", "abc"' }, 'passes'],
    [{ 'if-match': '"x"' }, 'PreconditionFailed'],
    [{ 'if-none-match': '"abc"' }, 'NotModified'],
    [{ 'if-none-match': '"x"' }, 'passes'],
    [{ 'if-unmodified-since': at(0) }, 'passes'],
    [{ 'if-unmodified-since': at(-1) }, 'PreconditionFailed'],
    [{ 'if-modified-since': at(0) }, 'NotModified'],
    [{ 'if-modified-since': at(-1) }, 'passes'],
    [{ 'if-match': '"abc"', 'if-unmodified-since': at(-1) }, 'passes'],
    [{ 'if-none-match': '"x"', 'if-modified-since': at(0) }, 'passes'],
    [{ 'if-modified-since': 'no date' }, 'passes'],
  ])('%o: %s', (headers, code) => {
    expect(codeOf(() => checkReadConditions(new Map(Object.entries(headers)), object))).toBe(code);
  });
});

describe('conditions of a write', () => {
  it.each([
    [{ 'if-none-match': '*' }, object, 'PreconditionFailed'],
    [{ 'if-none-match': '*' }, undefined, 'passes'],
    [{ 'if-none-match': '"abc"' }, object, 'NotImplemented'],
    [{ 'if-match': '"abc"' }, object, 'passes'],
    [{ 'if-match': '"x"' }, object, 'PreconditionFailed'],
    [{ 'if-match': '"abc"' }, undefined, 'NoSuchKey'],
    [{}, object, 'passes'],
  ])('%o: %s', (headers, existing, code) => {
    expect(codeOf(() => checkWriteConditions(new Map(Object.entries(headers)), existing))).toBe(code);
  });
});

describe('If-Range', () => {
  it.each([
    ['"abc"', true],
    ['"x"', false],
    ['W/"abc"', false],
    [at(0), true],
    [at(1), false],
  ])('%s: %s', (header, applies) => {
    expect(rangeApplies(new Map([['if-range', header]]), object)).toBe(applies);
  });
});
