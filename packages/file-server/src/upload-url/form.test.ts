import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeForm, type Part } from '../../test/wire/forms.ts';
import { settled } from '../../test/wire/settled.ts';
import { Refusal } from '../http/refusal.ts';
import { FormFields } from './fields.ts';
import { Form } from './form.ts';
import { rulesOf } from './rules.ts';

/** How many cases each property is tried with; the gate tries thousands. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

/** What came out of a form: its fields and its file, or why it was refused. */
type Outcome =
  | { readonly fields: [string, string][]; readonly name: string; readonly file: string }
  | { readonly refused: string };

const limits = { maxFields: 8, maxFieldSize: 200, maxFileSize: 5000 };

async function read(body: readonly Uint8Array[], boundary: string): Promise<Outcome> {
  const fields = new FormFields(rulesOf({}));
  const nothing = (): void => undefined;
  try {
    const form = new Form(Readable.from(body.map((chunk) => Buffer.from(chunk))), {
      contentType: `multipart/form-data; boundary="${boundary}"`,
      fields,
      bearer: false,
      limits,
      onMoved: nothing,
      onHeld: nothing,
    });
    const part = await form.file;
    const pieces: Uint8Array[] = [];
    for (let filled = 7; filled === 7; ) {
      const buffer = new Uint8Array(7);
      filled = await part.fill(buffer);
      pieces.push(buffer.subarray(0, filled));
    }
    await form.whole;
    return { fields: [...fields.others()], name: part.name, file: Buffer.concat(pieces).toString('hex') };
  } catch (error) {
    return { refused: error instanceof Refusal ? error.code : String((error as { code?: unknown }).code) };
  }
}

/** Cuts bytes at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [...at, bytes.length];
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter(({ length }) => length > 0);
}

const boundary = fc.stringMatching(/^[A-Za-z0-9'()+_,./:=?-]{1,60}$/);
const places = fc.array(fc.nat(), { maxLength: 30 });
/** Bytes that are as much like a boundary as bytes can be. */
const tricky = (of: string): fc.Arbitrary<Uint8Array> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom('\r\n', '\r', '\n', '-', '--', '\r\n--', `\r\n--${of.slice(0, -1)}`, `--${of}`, '\0'),
        fc.string({ maxLength: 20 }),
      ),
      { maxLength: 30 },
    )
    .map((pieces) => Buffer.from(pieces.join('')))
    .filter((bytes) => !bytes.includes(`\r\n--${of}`) && !bytes.toString().startsWith(`--${of}`));

const fieldValue = fc.stringMatching(/^[ -~]{0,60}$/);
const forms = boundary.chain((of) =>
  fc.record({
    of: fc.constant(of),
    values: fc.array(fieldValue, { maxLength: 6 }),
    file: tricky(of),
    order: fc.nat(),
    places,
  }),
);

function partsOf(values: readonly string[], file: Uint8Array, order: number): Part[] {
  const parts: Part[] = values.map((value, index) => ({ name: `field${index}`, value }));
  parts.splice(order % (parts.length + 1), 0, { name: 'photo', value: file, filename: 'a b.jpg' });
  return parts;
}

describe('a form', () => {
  it('is read alike whatever the order of its fields, its boundary and the pieces it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(forms, async ({ of, values, file, order, places: at }) => {
        fc.pre(values.every((value) => !value.includes(`--${of}`)));
        const body = encodeForm(partsOf(values, file, order), of);
        const expected: Outcome = {
          fields: values.map((value, index) => [`field${index}`, value]),
          name: 'a b.jpg',
          file: Buffer.from(file).toString('hex'),
        };
        expect(await read([body], of)).toEqual(expected);
        expect(await read(cut(body, at), of)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it('is not whole before its end: until then its file is not, either', async () => {
    const body = new PassThrough();
    const nothing = (): void => undefined;
    const form = new Form(body, {
      contentType: 'multipart/form-data; boundary=xyz',
      fields: new FormFields(rulesOf({})),
      bearer: false,
      limits,
      onMoved: nothing,
      onHeld: nothing,
    });
    const whole = encodeForm(partsOf([], Buffer.from('a cat'), 0), 'xyz');
    body.write(whole.subarray(0, -4));
    let filled = false;
    const filling = form.file.then(async (part) => {
      const bytes = await part.fill(new Uint8Array(100));
      filled = true;
      return bytes;
    });
    await settled();
    expect(filled).toBe(false);
    body.end(whole.subarray(-4));
    expect(await filling).toBe(5);
  });

  it('comes byte by byte as well', async () => {
    const body = encodeForm(partsOf(['1', '2'], Buffer.from('\r\n--x\r\n--'), 1), 'xyz');
    const bytes = Array.from(body, (byte) => Uint8Array.of(byte));
    expect(await read(bytes, 'xyz')).toEqual(await read([body], 'xyz'));
    expect(await read(bytes, 'xyz')).toMatchObject({ file: Buffer.from('\r\n--x\r\n--').toString('hex') });
  });

  it('is refused wherever it is cut off, and never taken for whole', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.nat(), async ({ of, values, file, order, places: at }, end) => {
        fc.pre(values.every((value) => !value.includes(`--${of}`)));
        const body = encodeForm(partsOf(values, file, order), of);
        // Its last four bytes are the end of the closing line: without the line break it is whole.
        const short = body.subarray(0, end % (body.length - 3));
        const outcome = await read(cut(short, at), of);
        expect(outcome).toEqual({ refused: expect.stringMatching(/^(body-cut-off|bad-multipart)$/) });
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it('ends in a file or a refusal, whatever the bytes', async () => {
    const rubbish = fc.array(
      fc.oneof(
        fc.constantFrom(
          '--xyz',
          '--xyz--',
          '\r\n',
          '\r\n\r\n',
          'content-disposition: form-data; name="a"',
          'content-disposition: form-data; name="a"; filename="f"',
          'content-disposition: form-data; name="',
          'content-type: ',
          '\n',
          '"',
        ),
        fc.string({ maxLength: 10 }),
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(rubbish, places, async (pieces, at) => {
        const body = Buffer.from(pieces.join(''));
        const whole = await read([body], 'xyz');
        expect(await read(cut(body, at), 'xyz')).toEqual(whole);
        if ('refused' in whole) {
          expect(whole.refused).toMatch(/^(body-cut-off|bad-multipart|no-file|two-files|too-many-fields)$/);
        }
      }),
      { numRuns: RUNS },
    );
  }, 300_000);
});
