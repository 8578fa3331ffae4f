/** How a picture is written. */
export interface PictureWish {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** Pixels of the longer side at most; it is never made larger. */
  readonly maxSide: number;
  /** Width by height of the part that is cut out of the middle; 0: all of it. */
  readonly aspectRatio: number;
  /** From 1 to 100. */
  readonly quality: number;
}

export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Decodes and encodes pictures, upright and without metadata. Every call rejects for what it can't decode. */
export interface PictureCodec {
  encode(picture: Uint8Array, wish: PictureWish): Promise<EncodedPicture>;
  /** Width and height as it is seen, upright. */
  size(picture: Uint8Array): Promise<{ readonly width: number; readonly height: number }>;
  /** RGBA of a small version, upright: for the hash. */
  pixels(
    picture: Uint8Array,
    maxSide: number,
  ): Promise<{ readonly width: number; readonly height: number; readonly rgba: Uint8Array }>;
}
