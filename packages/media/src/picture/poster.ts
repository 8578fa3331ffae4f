// The few shapes of a page that are used here; DOM's own types would make the whole package believe it runs in one.
interface VideoElement {
  muted: boolean;
  preload: string;
  src: string;
  currentTime: number;
  readonly duration: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  addEventListener(
    name: 'loadeddata' | 'seeked' | 'error',
    listener: () => void,
    options: { readonly once: true },
  ): void;
  removeAttribute(name: 'src'): void;
}
interface Context {
  drawImage(video: VideoElement, x: number, y: number, width: number, height: number): void;
}
interface Canvas {
  getContext(kind: '2d'): Context | null;
  convertToBlob(options: { readonly type: string; readonly quality: number }): Promise<Blob>;
}

/** What of a page is needed; a worker has no `document`. */
export interface PosterGlobals {
  readonly document?: { createElement(name: 'video'): VideoElement };
  readonly OffscreenCanvas?: new (width: number, height: number) => Canvas;
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
}

/** Milliseconds in which a browser must show the film: one that it can't decode may say nothing at all. */
const WITHIN = 10_000;
/** Seconds: the first moment of a film is often black. */
const AT = 1;

/**
 * A picture of a film's first seconds as a JPEG, in its full size; null where there is no page to show it in.
 * @throws Error for a film that the browser can't show
 */
export async function posterOf(
  film: Blob,
  globals: PosterGlobals = globalThis as unknown as PosterGlobals,
): Promise<Uint8Array | null> {
  const { document, OffscreenCanvas, setTimeout: after = setTimeout } = globals;
  if (document === undefined || OffscreenCanvas === undefined) return null;
  const video = document.createElement('video');
  const happens = (name: 'loadeddata' | 'seeked'): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`the browser can not show the film: no ${name}`));
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', fail, { once: true });
      after(fail, WITHIN);
    });
  const url = URL.createObjectURL(film);
  try {
    video.muted = true;
    video.preload = 'auto';
    const loaded = happens('loadeddata');
    video.src = url;
    await loaded;
    const sought = happens('seeked');
    video.currentTime = Math.min(AT, (video.duration || 0) / 2);
    await sought;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('the browser has no 2D canvas');
    context.drawImage(video, 0, 0, video.videoWidth, video.videoHeight);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}
