import type { Progress } from '@mesibo-files/handler-core';

/** A transfer that is shown. */
export interface ShownTransfer {
  readonly direction: 'upload' | 'download';
  readonly name: string;
}

/** Shows how far a transfer is. */
export interface ProgressView {
  update(progress: Progress): void;
  /** So many bytes were there already: they tell nothing of the speed. */
  resumed(bytes: number): void;
  /** Says something in a line of its own: that it goes on where it was, or is tried again. */
  note(text: string): void;
  /** Ends the bar; whatever is printed next has a line of its own. */
  end(): void;
}
