export type Direction = 'upload' | 'download';

/** Shows how far the file is that is being sent. */
export interface Progress {
  update(direction: Direction, name: string, size: number, percent: number): void;
  /** The file has arrived, or never will. */
  end(): void;
}
