/** The store says no. Over HTTP it becomes an answer with this status and `<Code>`; see `refusalAnswer`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** The store's own code, as in `NoSuchKey`. */
  readonly code: string;
  /** Further headers of the answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
