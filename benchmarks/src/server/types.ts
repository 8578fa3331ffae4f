/** Servers that are measured; `before` is ours in another checkout. */
export type ServerName =
  | 'ours'
  | 'before'
  | 'Express + multer-s3'
  | 'companion'
  | 'ours, disk'
  | 'before, disk'
  | 'Express + multer, disk'
  | '@tus/server, disk';

/** What a server's process is told, as JSON in its only argument. */
export interface ServerSettings {
  /** Origin of the store, or the folder of a disk. */
  readonly store: string;
  /** Root of the checkout that `before` runs from. */
  readonly against?: string;
}

/** What it says once it listens. */
export interface Listening {
  readonly port: number;
}

/** A server in a process of its own. */
export interface RunningServer {
  readonly name: ServerName;
  readonly origin: string;
  /** CPU seconds so far. */
  cpu(): number;
  /** Peak resident memory in bytes. */
  memory(): number;
  stop(): Promise<void>;
}

/** What one round took: seconds, and seconds of the server's CPU. */
export interface Round {
  readonly wall: number;
  readonly cpu: number;
}
