/** How the upload URL speaks. */
export interface UploadRouteOptions {
  /**
   * Names and answers. `current` (default): fields `op`, `auth`, `uid`, `mid`, `source`, answer
   * `{"result":true,"url":…}`. `legacy`: mesibo's first generation and demo server, with `token` and `profile`, and
   * `{"result":"OK","file":…}`.
   */
  readonly dialect?: 'current' | 'legacy';
  /**
   * Take what mesibo's sample apps send: `token` as well as `auth`, and neither `uid` nor `source`, but `profile`. What
   * is missing is 0. Default false: a form without `uid`, `mid` and `source` is refused. `legacy` is always lenient.
   */
  readonly lenientFields?: boolean;
  /**
   * Fields of your own that `authorise` looks at. While one has not come, a file waits, instead of being streamed to
   * the store. Default none.
   */
  readonly awaitFields?: readonly string[];
  /** Folder for files whose fields come after them. Nothing in it has a name for longer than it takes to open it. Default: the system's. */
  readonly spoolDirectory?: string;
}
