/** A promise that is settled from outside. Nobody has to wait for it: its rejection is never an unhandled one. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;

  constructor() {
    let onResolve: (value: T) => void = () => undefined;
    let onReject: (error: unknown) => void = () => undefined;
    this.promise = new Promise<T>((resolve, reject) => {
      onResolve = resolve;
      onReject = reject;
    });
    this.promise.catch(() => undefined);
    this.resolve = onResolve;
    this.reject = onReject;
  }
}
