/** A way in which a client writes a file's name, and the name that was meant. */
export interface WrittenName {
  readonly client: string;
  /** The parameters of the Content-Disposition, as they are written. */
  readonly written: string;
  /** Not in UTF-8: one byte each character. */
  readonly latin1?: true;
  readonly name: string;
}

const row = (client: string, written: string, name: string): WrittenName => ({ client, written, name });

/** After what the clients named send, or what reports of other servers' bugs say of them. */
export const WRITTEN_NAMES: readonly WrittenName[] = [
  row('curl, Chrome, Firefox, Safari: ASCII', 'filename="cat.jpg"', 'cat.jpg'),
  row('curl, browsers, Go, Node fetch: raw UTF-8', 'filename="Kätze 写真.jpg"', 'Kätze 写真.jpg'),
  row('browsers: emoji', 'filename="😀 party.mp4"', '😀 party.mp4'),
  row('macOS: decomposed accents', 'filename="Ka\u0308tze.jpg"', 'Ka\u0308tze.jpg'),
  row('Chrome, Firefox, curl 7.81+: a quotation mark', 'filename="a %22b%22.jpg"', 'a "b".jpg'),
  row('browsers: a line end in the name', 'filename="a%0D%0Ab.jpg"', 'ab.jpg'),
  row('Firefox before 2021, curl before 7.81: a quotation mark', 'filename="a \\"b\\".jpg"', 'a "b".jpg'),
  row('curl before 7.81: a backslash', 'filename="a\\\\b.jpg"', 'b.jpg'),
  row('Internet Explorer: the whole path', 'filename="C:\\Users\\me\\cat.jpg"', 'cat.jpg'),
  row('Internet Explorer: a path on the network', 'filename="\\\\server\\share\\cat.jpg"', 'cat.jpg'),
  row('webkitdirectory: a relative path', 'filename="photos/2026/cat.jpg"', 'cat.jpg'),
  row('a percent sign that means itself', 'filename="100%.jpg"', '100%.jpg'),
  row('an escaped percent sign that means itself', 'filename="100%25.jpg"', '100%25.jpg'),
  row('an escaped space that means itself', 'filename="plain%20file.jpg"', 'plain%20file.jpg'),
  row('escapes that are no UTF-8', 'filename="%E4%F6.jpg"', '%E4%F6.jpg'),
  row('an escape that is cut off', 'filename="a%C3.jpg"', 'a%C3.jpg'),
  row('aiohttp: percent-encoded UTF-8', 'filename="K%C3%A4tze%20%281%29.jpg"', 'Kätze (1).jpg'),
  row('Apache HttpClient 5 (extended mode)', 'filename="%E5%86%99%E7%9C%9F.jpg"', '写真.jpg'),
  row('lower-case escapes', 'filename="k%c3%a4tze.jpg"', 'kätze.jpg'),
  row('percent-encoded, with a quotation mark', 'filename="%22K%C3%A4tze%22.jpg"', '"Kätze".jpg'),
  row('percent-encoded path', 'filename="bilder%2FK%C3%A4tze.jpg"', 'Kätze.jpg'),
  row('RFC 8187 alone, as urllib3 and Java clients write it', "filename*=UTF-8''K%C3%A4tze.jpg", 'Kätze.jpg'),
  row('RFC 8187 with a small charset name', "filename*=utf-8''%E5%86%99%E7%9C%9F.jpg", '写真.jpg'),
  row(
    '.NET MultipartFormDataContent',
    'filename="=?utf-8?B?S8OkdHplLmpwZw==?="; filename*=utf-8\'\'K%C3%A4tze.jpg',
    'Kätze.jpg',
  ),
  row('.NET: ASCII', "filename=cat.jpg; filename*=utf-8''cat.jpg", 'cat.jpg'),
  row('RFC 6266: a fallback first', 'filename="Katze.jpg"; filename*=UTF-8\'\'K%C3%A4tze.jpg', 'Kätze.jpg'),
  row('RFC 6266: a fallback last', 'filename*=UTF-8\'\'K%C3%A4tze.jpg; filename="Katze.jpg"', 'Kätze.jpg'),
  row('a language', "filename*=UTF-8'de'K%C3%A4tze.jpg", 'Kätze.jpg'),
  row('Latin-1 by RFC 8187', "filename*=ISO-8859-1''K%E4tze.jpg", 'Kätze.jpg'),
  row('Shift_JIS by RFC 8187', "filename*=Shift_JIS''%8E%CA%90%5E.jpg", '写真.jpg'),
  row('extended and quoted', 'filename*="UTF-8\'\'K%C3%A4tze.jpg"', 'Kätze.jpg'),
  row('an apostrophe in the extended value', "filename*=UTF-8''it's.jpg", "it's.jpg"),
  row('extended with raw UTF-8', "filename*=UTF-8''Kätze.jpg", 'Kätze.jpg'),
  row('a broken extended value', 'filename*=broken; filename="cat.jpg"', 'cat.jpg'),
  row('nothing but a broken extended value', 'filename*=cat.jpg', 'cat.jpg'),
  row('.NET, FileName alone', 'filename="=?utf-8?B?5YaZ55yfLmpwZw==?="', '写真.jpg'),
  row('JavaMail: quoted-printable', 'filename="=?UTF-8?Q?K=C3=A4tze_1.jpg?="', 'Kätze 1.jpg'),
  row('JavaMail: in two words', 'filename="=?utf-8?B?S8OkdHpl?= =?utf-8?B?LmpwZw==?="', 'Kätze.jpg'),
  row('what only looks like a word', 'filename="=?cat?=.jpg"', '=?cat?=.jpg'),
  row('a token', 'filename=cat.jpg', 'cat.jpg'),
  row('a token with spaces', 'filename=my cat.jpg', 'my cat.jpg'),
  row('other cases, blanks around the sign', 'FileName = "cat.jpg"', 'cat.jpg'),
  row('no blank between parameters', 'x="y";filename="cat.jpg"', 'cat.jpg'),
  row('a semicolon in the name', 'filename="a;b.jpg"', 'a;b.jpg'),
  row('an apostrophe', 'filename="it\'s.jpg"', "it's.jpg"),
  row('an ampersand and a plus', 'filename="a&b+c.jpg"', 'a&b+c.jpg'),
  row('twice', 'filename="cat.jpg"; filename="dog.jpg"', 'cat.jpg'),
  row('Android: a content URI', 'filename="content://media/external/images/1234"', '1234'),
  row('Android: a document id', 'filename="primary:DCIM/cat.jpg"', 'cat.jpg'),
  row('no dot', 'filename="IMG_0001"', 'IMG_0001'),
  row('an override of direction', 'filename="a\u202egpj.exe"', 'agpj.exe'),
  row('dots', 'filename=".."', 'file'),
  row('no closing mark', 'filename="cat.jpg', 'cat.jpg'),
  { ...row('LWP, older libraries: Latin-1', 'filename="Kätze.jpg"', 'Kätze.jpg'), latin1: true },
];
