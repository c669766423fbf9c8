/** Three cards of three issuers, none of them like the simulator's. All of them are invented. */

export interface ForeignCardPlan {
  readonly name: string;
  readonly passcode: string;
  readonly tries: number;
  readonly key: { readonly algorithm: number; readonly make: readonly string[] };
  /** Lines of openssl's section for the subject; `+` puts an attribute into the same set as the one before. */
  readonly subject: readonly string[];
  /** openssl's mask of string types: 2 PrintableString, 0x800 BMPString, 0x2000 UTF8String. */
  readonly strings: string;
  /** openssl's lines of extensions. */
  readonly extensions: readonly string[];
  readonly atr: string;
  readonly protocol: 'T=0' | 'T=1';
  /** The answer to SELECT. */
  readonly selected: string;
  /** The order of the certificate object's parts, by their tags. */
  readonly order: readonly ('70' | '71' | 'fe')[];
  /** Other objects, by tag. */
  readonly objects: Readonly<Record<string, string>>;
  /** The most bytes of an answer. */
  readonly piece: number;
  /** Status words where this card says something of its own. */
  readonly says: { readonly wrong: 'counter' | '6982'; readonly blocked: number; readonly verified: 'counter' | '9000'; readonly drop: number };
}

const curve = (name: string): readonly string[] => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`];
const rsa = (bits: number): readonly string[] => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

export const foreignCards: Readonly<Record<'harbourmaster' | 'northgate' | 'kereru', ForeignCardPlan>> = {
  /** A name as some registries write it, an identifier that is no NHS number, T=0, few extensions, objects missing. */
  harbourmaster: {
    name: 'ADEYEMI.TOLU.MARIE.1029384756',
    passcode: '80512246',
    tries: 5,
    key: { algorithm: 0x14, make: curve('P-384') },
    subject: ['C = IE', 'O = Harbourmaster Trust', '0.OU = Clinical', '1.OU = Cards', 'CN = ADEYEMI.TOLU.MARIE.1029384756', 'serialNumber = HM-77/0042'],
    strings: '0x2',
    extensions: ['keyUsage = critical, digitalSignature'],
    atr: '3b65000048624d6331',
    protocol: 'T=0',
    selected: '61114f0600001000010079074f05a000000308',
    order: ['71', '70', 'fe'],
    objects: {},
    piece: 255,
    says: { wrong: 'counter', blocked: 0x6983, verified: 'counter', drop: 0x6a86 },
  },
  /** A subject in sets of several, letters beyond ASCII in two-byte strings, a larger RSA key, answers cut small, no counter told. */
  northgate: {
    name: 'Zoë O’Núñez, MB (Doctor)',
    passcode: '613079',
    tries: 8,
    key: { algorithm: 0x05, make: rsa(3072) },
    subject: ['0.DC = example', '1.DC = northgate', 'O = Northgate Infirmary', 'CN = Zoë O’Núñez\\, MB (Doctor)', '+UID = znunez', 'GN = Zoë', '+SN = O’Núñez'],
    strings: '0x800',
    extensions: ['keyUsage = digitalSignature, nonRepudiation', 'extendedKeyUsage = 1.3.6.1.4.1.311.20.2.2, clientAuth', 'subjectAltName = email:z.nunez@northgate.example, otherName:1.3.6.1.4.1.311.20.2.3;UTF8:z.nunez@northgate.example', 'certificatePolicies = 1.2.3.4.5'],
    atr: '3bd518ff8091fe1fc38073c82110',
    protocol: 'T=1',
    selected: '61224f0ba000000308000010000100500c4e6f727468676174652049445f5003737061ac00',
    order: ['fe', '70', '71'],
    objects: { '7e': '7e124f0ba0000003080000100001005f2f024010' },
    piece: 200,
    says: { wrong: '6982', blocked: 0x6983, verified: '9000', drop: 0x9000 },
  },
  /** No person's name at all and no identifier, extensions of another kind, 63C0 for the last wrong try. */
  kereru: {
    name: 'kererū-terminal-7',
    passcode: '4410238',
    tries: 3,
    key: { algorithm: 0x07, make: rsa(2048) },
    subject: ['C = NZ', 'ST = Ōtākou', 'description = shared device', 'CN = kererū-terminal-7'],
    strings: '0x2000',
    extensions: ['basicConstraints = CA:false', 'keyUsage = critical, digitalSignature', 'extendedKeyUsage = anyExtendedKeyUsage', 'subjectKeyIdentifier = hash'],
    atr: '3b8180014b4b',
    protocol: 'T=1',
    selected: '61164f0ba00000030800001000010079074f05a000000308',
    order: ['70', '71', 'fe'],
    objects: { '5fc102': '533b3019d4e739da739ced39ce739d836858210842108421c84210c3eb341000112233445566778899aabbccddeeff350832303335303130313e00fe00' },
    piece: 256,
    says: { wrong: 'counter', blocked: 0x63c0, verified: '9000', drop: 0x9000 },
  },
};

export type ForeignCardName = keyof typeof foreignCards;

/** Whether a card of this plan signs with RSA. */
export const isRsa = (plan: ForeignCardPlan): boolean => plan.key.make.includes('RSA');
