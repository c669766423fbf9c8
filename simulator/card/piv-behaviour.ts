import * as z from 'zod';

/** The longest that a card can be told to take, in milliseconds. */
const patience = z.number().int().min(0).max(120_000);

/**
 * In what a card departs from the plainest reading of SP 800-73-5, as issued cards do. Changes at any time, also while
 * the card is in the reader; `protocol` and `historicalBytes` show when it is next powered.
 */
export const behaviourSchema = z.strictObject({
  application: z.enum(['piv', 'other']),
  protocol: z.enum(['T=0', 'T=1']),
  /** Whether the ATR has any. */
  historicalBytes: z.enum(['present', 'none']),

  /** `empty`: mute, an answer has no bytes; `never`: it does not answer at all. */
  answers: z.enum(['normal', 'empty', 'never']),
  /** What `answers` is about. */
  mutesAt: z.enum(['every-command', 'passcode', 'signature']),
  /** Before each answer. */
  slowMs: patience,
  /** Further, before each signature. */
  slowOperationMs: patience,

  /** Whether a name without its version selects, as it must (part 2, section 3.1.1). */
  selectBy: z.enum(['truncated-or-full', 'full-only']),
  /** Some cards answer SELECT with the identifier's own part only. */
  selectedName: z.enum(['full', 'extension-only']),
  selectAnswer: z.enum(['template', 'without-label', 'nothing']),
  /** SELECT of a name the card does not have: PIV stays selected, or is lost. */
  unknownName: z.enum(['keeps-piv', 'loses-piv']),
  /** SELECT of PIV while it is selected. */
  selectAgain: z.enum(['keeps-passcode', 'forgets-passcode']),

  /** Usage policy of the Discovery object; 60xx: a global passcode beside PIV's own, 6020: as the primary one. */
  discovery: z.enum(['4000', '4010', '6010', '6020', 'missing', 'garbage']),
  /** How the certificate is stored; issued cards do get CertInfo wrong. `net-id`: zlib behind a header of four bytes. */
  certificate: z.enum(['plain', 'gzip', 'plain-flagged-gzip', 'gzip-flagged-plain', 'net-id', 'missing']),
  /** Objects behind the passcode that are empty, asked for without it. */
  protectedObjects: z.enum(['6982', '6a82']),
  /** Length of the outermost TLV: right, beyond the end, of indefinite form, or of two gigabytes. */
  lengths: z.enum(['right', 'beyond', 'indefinite', 'huge']),

  wrongPasscode: z.enum(['63Cx', '630x', '6982']),
  lastWrongTry: z.enum(['63C0', '6983']),
  /** The empty VERIFY; `never-9000`: tells the tries left even where the passcode was verified. */
  triesQuery: z.enum(['answered', 'never-9000', 'refused']),
  /** Eight bytes that are no passcode: refused, or counted as a wrong one. */
  badFormat: z.enum(['6a80', 'counted']),
  /** A passcode that is not eight bytes. */
  wrongLength: z.enum(['6700', '6a80']),
  /** Cards older than SP 800-73-4 do not know VERIFY with P1 FF. */
  passcodeDrop: z.enum(['known', 'unknown']),
  /** As when another program resets the card between VERIFY and the signature. */
  forgetsPasscode: z.boolean(),

  /** The most bytes of one answer. */
  answerBytes: z.number().int().min(1).max(256),
  /** Answers 6Cxx where Le is more than there is. */
  exactLength: z.boolean(),
});

export type PivBehaviour = Readonly<z.infer<typeof behaviourSchema>>;

export const plainBehaviour: PivBehaviour = {
  application: 'piv',
  protocol: 'T=1',
  historicalBytes: 'present',
  answers: 'normal',
  mutesAt: 'every-command',
  slowMs: 0,
  slowOperationMs: 0,
  selectBy: 'truncated-or-full',
  selectedName: 'full',
  selectAnswer: 'template',
  unknownName: 'keeps-piv',
  selectAgain: 'keeps-passcode',
  discovery: '4000',
  certificate: 'plain',
  protectedObjects: '6982',
  lengths: 'right',
  wrongPasscode: '63Cx',
  lastWrongTry: '63C0',
  triesQuery: 'answered',
  badFormat: '6a80',
  wrongLength: '6700',
  passcodeDrop: 'known',
  forgetsPasscode: false,
  answerBytes: 256,
  exactLength: false,
};
