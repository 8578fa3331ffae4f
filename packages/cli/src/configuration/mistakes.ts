/** One thing that is wrong with what was asked for. */
export interface Mistake {
  /** The flag, as in `--bucket`. */
  readonly flag: string;
  readonly mistake: string;
  /** What to write instead. */
  readonly fix: string;
}

/** Everything that is wrong with flags and environment, told at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ flag, mistake }) => `${flag}: ${mistake}`).join('; '));
    this.mistakes = mistakes;
  }
}
