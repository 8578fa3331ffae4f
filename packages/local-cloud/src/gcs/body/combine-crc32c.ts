// Source: zlib's crc32_combine, with CRC-32C's polynomial (RFC 3720, reflected).
const polynomial = 0x82f63b78;
const highBit = 0x80000000;

/** Product of two polynomials modulo CRC-32C's; bit 31 is x^0. */
const multiply = (a: number, b: number): number => {
  let product = 0;
  let factor = b;
  for (let bit = highBit; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
};

/** x^(8·bytes), by squaring x^8. */
const shiftBy = (bytes: number): number => {
  let result = highBit;
  let power = highBit >>> 8;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(power, result);
    power = multiply(power, power);
  }
  return result;
};

/** CRC-32C, in base64, of runs of bytes laid end to end, of which each one's CRC-32C and size are known. */
export const combineCrc32c = (
  runs: ReadonlyArray<{ readonly crc32c: string; readonly size: number }>,
): string => {
  const combined = runs.reduce(
    (sum, { crc32c, size }) => multiply(shiftBy(size), sum) ^ Buffer.from(crc32c, 'base64').readUInt32BE(0),
    0,
  );
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(combined >>> 0);
  return bytes.toString('base64');
};
