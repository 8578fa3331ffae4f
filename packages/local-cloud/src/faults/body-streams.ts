import { Transform, type TransformCallback } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `count` with the length of each chunk. */
export const counting = (count: (bytes: number) => void): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });

/** Inverts the byte at `offset`. */
export const flipping = (offset: number): Transform => {
  let position = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const index = offset - position;
      position += chunk.length;
      if (index < 0 || index >= chunk.length) return done(null, chunk);
      const changed = Buffer.from(chunk);
      changed[index] = (chunk[index] ?? 0) ^ 0xff;
      done(null, changed);
    },
  });
};

/** Lets `bytes` pass, then calls `reached` once and passes no more, not even the end. */
export const stoppingAfter = (bytes: number, reached: () => void): Transform => {
  let left = bytes;
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    // What was let through must leave the proxy before a connection is closed.
    setImmediate(reached);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      if (passed.length > 0) this.push(passed);
      if (left > 0) return done();
      stop();
    },
    flush(done) {
      // The body was shorter: the cut comes at its end.
      if (stopped) return;
      stop();
      void done;
    },
  });
};

/** Passes at most `bytesPerSecond`, in pieces of at most a twentieth of that. */
export const throttling = (bytesPerSecond: number): Transform => {
  const piece = Math.max(1, Math.floor(bytesPerSecond / 20));
  const pass = async (stream: Transform, chunk: Buffer, done: TransformCallback): Promise<void> => {
    for (let offset = 0; offset < chunk.length && !stream.destroyed; offset += piece) {
      const slice = chunk.subarray(offset, offset + piece);
      await sleep((slice.length / bytesPerSecond) * 1000);
      stream.push(slice);
    }
    done();
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      void pass(this, chunk, done);
    },
  });
};
