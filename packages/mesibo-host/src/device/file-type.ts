import { FILETYPE, type FileType } from '@mesibo-files/handler-core';

/** The extensions that mesibo's own web messenger goes by. It lists mp4 as video and as audio; here it is video. */
const EXTENSIONS: readonly (readonly [FileType, string])[] = [
  [FILETYPE.IMAGE, 'jpg jpeg gif bmp png webp svg ico tif tiff'],
  [FILETYPE.VIDEO, 'm4v avi mpg mp4 webm wmv mov qt mkv flv mpeg m2v 3gp'],
  [FILETYPE.AUDIO, 'mp3 aac flac m4a wav ogg pcm'],
];

const TYPES: ReadonlyMap<string, FileType> = new Map(
  EXTENSIONS.flatMap(([type, list]) => list.split(' ').map((extension) => [extension, type])),
);

/** The kind of a file, told by its name; `OTHER` where the extension is not known. */
export function fileType(name: string): FileType {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return TYPES.get(extension) ?? FILETYPE.OTHER;
}
