const TICKET =
  'All the state of an upload, opaque to the client: a JWE made by the server. A bearer credential: never log it.';
const TIME = 'Milliseconds since 1970.';
const BASE = {
  ticket: TICKET,
  serverTime: TIME,
  keptFor: 'Milliseconds.',
  signed: 'What could be signed at once. May be empty.',
};

/** What the OpenAPI document says of each schema, under an empty name, and of its fields. */
export const DESCRIPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AnswerReading: { '': "How the store's answers are read." },
  AnswerRule: { '': 'All conditions given must hold; the first rule counts.' },
  BeginRequest: {
    size: 'Bytes; null for a stream whose length is not known.',
    maxSize: 'The most bytes of a stream of unknown length; null for the most that is allowed.',
    contentType:
      'As in `image/png`: ASCII with no comma and no control. Kept as the server writes it anew, and where it says nothing, by the extension of the name.',
    name: "The file's name, in any script.",
    source: 'One of FILESOURCE: 0 for a message, 1 for a profile picture, …',
    uid: "mesibo's id of the sender; what the token proves counts more.",
    mid: 'Id of the message, 64 bits in decimal; a negative one is taken modulo 2^64.',
    transferId: 'Random; kept with the object.',
    secure: 'Protect the file.',
    digests: 'Those of the whole file that capabilities ask for, where they are known.',
  },
  Capabilities: { provider: 'For people and logs.' },
  CodeSource: { '': "Where a store's answer carries its own error code." },
  Commit: { retryAfter: 'Milliseconds until the commit is to be asked again.' },
  CommitRequest: {
    ticket: TICKET,
    manifest:
      "The bytes of the whole file, every part ordered by number (one for a single request, none for a session), and the digests that the plan's `integrity.whole` asks for.",
  },
  Digests: { '': 'Digests by algorithm, each the base64 of its bytes, most significant first.' },
  Integrity: {
    parts: 'Digests that every part needs before it is signed.',
    whole: 'Digests of the whole file that the commit needs.',
  },
  Plan: { '': 'Which HTTP requests bring a file into the store.', ...BASE },
  Problem: {},
  ReadPlan: { '': 'What the object is, and how it is fetched.', serverTime: TIME },
  ReadRequest: {
    bare: "The signed URL must work with no header. It is then not bound to the object's version.",
  },
  ResumeAnswer: { '': 'The plan again, its ticket renewed.' },
  SessionDialect: { '': 'How a session speaks of offsets.' },
  SignRequest: {
    ticket: TICKET,
    storeTime:
      "The store's clock, in milliseconds since 1970, where an answer of the store showed that the server's is wrong. The server then looks for itself.",
    refusal:
      "The store's own code, where it refused the last request of this plan, as in `ExpiredToken`. The server then looks for itself.",
  },
  SignedRequest: {
    '': 'To be sent to the store as it stands. A bearer credential: never log it.',
    headers: 'Every header to send, names in lower case.',
    timeToLive: 'Milliseconds.',
  },
  Stored: { '': 'What the store holds of an upload.' },
  StoredObject: { url: 'The durable URL that goes into the message.' },
  TicketRequest: { ticket: TICKET },
  WantedPart: {
    number: 'From 1.',
    size: 'Bytes of the part; of a session those of the whole file, or null while unknown.',
  },
};
