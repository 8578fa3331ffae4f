/** The properties that a new message starts with: see `MesiboMessageProperties.setDefaults`. */
let defaults: Partial<MesiboMessageProperties> = {};

/** No place: out of the range of any latitude or longitude, as mesibo's own default. */
const NOWHERE = -720;

/**
 * What an app can set on a message beside its content; mesibo's `MesiboMessageProperties` of `Mesibo.h` 2.9.0. Those
 * marked *carried* are kept and given back, and change nothing here. mesibo's table of defaults is not public; but for the location, the defaults are our reading.
 */
export class MesiboMessageProperties {
  /** The file's name goes to the receiver. */
  sendFileName = true;
  /** The thumbnail goes to the receiver; where the app gave none, one is made if `MesiboNetworkOptions.media` can. */
  sendThumbnail = true;
  /**
   * The receiver's handler sees `secure`: its download must send a token. The name since SDK 2.9; before it was
   * {@link secureDownload}, which is the same flag here.
   */
  signedFiles = false;
  /** The app opens the URL instead of downloading it: no transfer starts by itself, and one that a user starts is of an `externalLink`. */
  openExternally = false;
  /** Degrees from -90 to 90; anything else is no place. */
  latitude: number = NOWHERE;
  /** Degrees from -180 to 180; anything else is no place. */
  longitude: number = NOWHERE;
  /** Seconds from sending after which the message is discarded, on both sides. 0, the default: never. */
  expiry = 0;
  /** Goes to the receiver, whose app acts on it. */
  matureContent = false;
  /** Goes to the receiver, whose app acts on it. */
  contentRating = 0;

  /** A copy is sent, so that the file may change meanwhile. As the next five, it needs `MesiboNetworkOptions.media`. */
  copyFiles = false;
  /** Pictures are shrunk, turned upright, and made JPEG where they are HEIC. */
  imageProcessing = false;
  /** Receivers: a received picture without a thumbnail gets one, once it was downloaded. */
  extractThumbnail = false;
  /** The thumbnail that is made is twice as large, and of better quality. */
  sendHqThumbnail = false;
  /** *Carried*. */
  horizontalThumbnail = false;
  /** *Carried*. */
  verticalThumbnail = false;
  /** *Carried*. */
  saveImageUrl = false;
  /** *Carried*. */
  saveVideoUrl = false;
  /** *Carried*. */
  saveAudioUrl = false;
  /** *Carried*. */
  saveAllFileUrl = false;
  /** Pixels of the longer side of the thumbnail that is made, unsigned 16-bit; 0: 160. */
  thumbnailMaxSide = 0;
  /** Width by height of the thumbnail that is made; 0: that of the picture. */
  thumbnailAspectRatio = 0;
  /** Bytes of the thumbnail that is made at most, unsigned 32-bit; 0: 64 KiB. */
  maxPreviewSize = 0;
  /** *Carried*. */
  trackingProtectionLevel = 0;
  /** Pictures of fewer bytes are not encoded anew. */
  passthroughSize = 0;
  /** *Carried*. The file behind a URL is fetched only if it has fewer bytes. */
  urlTransferSize = 0;
  /** *Carried*. */
  urlPreviewExpiry = 0;
  /** The Photos asset to upload, for handlers on iOS: they get it from `getPHAsset()`. */
  asset: unknown = null;
  /** Id of the Photos asset, for handlers on iOS: they get it from `getLocalIdentifier()`. */
  localIdentifier: string | null = null;
  /** *Carried*. The app's own. */
  fileTransferContext: unknown = null;

  constructor() {
    this.initDefaults();
  }

  /** Name of {@link signedFiles} up to SDK 2.6.4. */
  get secureDownload(): boolean {
    return this.signedFiles;
  }
  set secureDownload(secure: boolean) {
    this.signedFiles = secure;
  }

  /** Makes this message's properties those of every new message in the process; null: as they were at first. */
  static setDefaults(message: MesiboMessageProperties | null): void {
    defaults = message === null ? {} : propertiesOf(message);
  }

  /** Gives every property its default. */
  initDefaults(): void {
    Object.assign(this, INITIAL, defaults);
  }
}

/** The names of all properties, from an object that has them and nothing else. */
const INITIAL: Readonly<Partial<MesiboMessageProperties>> = {};
Object.assign(INITIAL, { ...new MesiboMessageProperties() });

function propertiesOf(message: MesiboMessageProperties): Partial<MesiboMessageProperties> {
  const names = Object.keys(INITIAL) as (keyof MesiboMessageProperties)[];
  return Object.fromEntries(names.map((name) => [name, message[name]]));
}

/** What of the properties travels with the message. */
export type TravellingProperties = Readonly<
  Pick<
    MesiboMessageProperties,
    'signedFiles' | 'openExternally' | 'expiry' | 'latitude' | 'longitude' | 'matureContent' | 'contentRating'
  >
>;

export function travelling(message: MesiboMessageProperties): TravellingProperties {
  const { signedFiles, openExternally, expiry, latitude, longitude, matureContent, contentRating } = message;
  return { signedFiles, openExternally, expiry, latitude, longitude, matureContent, contentRating };
}

/** Whether the message says where something is. */
export function isPlace({
  latitude,
  longitude,
}: Pick<TravellingProperties, 'latitude' | 'longitude'>): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}
