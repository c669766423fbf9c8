import koffi from 'koffi';

/**
 * How PKCS #11's C types are laid out on each system (OASIS PKCS #11 Base Specification 2.40, section 2.1): CK_ULONG is
 * `unsigned long`, so 8 bytes on 64-bit Linux and macOS and 4 on Windows, where the structures are also packed to single
 * bytes.
 */
export interface Pkcs11Layout {
  /** Name of a koffi type. */
  readonly ulong: 'uint64' | 'uint32';
  readonly packed: boolean;
}

export const pkcs11Layout = (platform: NodeJS.Platform): Pkcs11Layout =>
  platform === 'win32' ? { ulong: 'uint32', packed: true } : { ulong: 'uint64', packed: false };

type Members = Parameters<typeof koffi.pack>[0] & Record<string, never>;

/** The structures as koffi types. */
export function pkcs11Types({ ulong, packed }: Pkcs11Layout) {
  const structure = (members: object) => (packed ? koffi.pack(members as Members) : koffi.struct(members as Members));
  const text = (bytes: number) => koffi.array('uint8', bytes, 'Typed');
  const version = structure({ major: 'uint8', minor: 'uint8' });
  return {
    /** `CK_C_INITIALIZE_ARGS` */
    initializeArguments: structure({
      CreateMutex: 'void *',
      DestroyMutex: 'void *',
      LockMutex: 'void *',
      UnlockMutex: 'void *',
      flags: ulong,
      pReserved: 'void *',
    }),
    /** `CK_SLOT_INFO` */
    slotInfo: structure({
      slotDescription: text(64),
      manufacturerID: text(32),
      flags: ulong,
      hardwareVersion: version,
      firmwareVersion: version,
    }),
    /** `CK_TOKEN_INFO` */
    tokenInfo: structure({
      label: text(32),
      manufacturerID: text(32),
      model: text(16),
      serialNumber: text(16),
      flags: ulong,
      ulMaxSessionCount: ulong,
      ulSessionCount: ulong,
      ulMaxRwSessionCount: ulong,
      ulRwSessionCount: ulong,
      ulMaxPinLen: ulong,
      ulMinPinLen: ulong,
      ulTotalPublicMemory: ulong,
      ulFreePublicMemory: ulong,
      ulTotalPrivateMemory: ulong,
      ulFreePrivateMemory: ulong,
      hardwareVersion: version,
      firmwareVersion: version,
      utcTime: text(16),
    }),
    /** `CK_MECHANISM_INFO` */
    mechanismInfo: structure({ ulMinKeySize: ulong, ulMaxKeySize: ulong, flags: ulong }),
    /** `CK_MECHANISM` */
    mechanism: structure({ mechanism: ulong, pParameter: 'void *', ulParameterLen: ulong }),
    /** `CK_ATTRIBUTE` */
    attribute: structure({ type: ulong, pValue: 'void *', ulValueLen: ulong }),
  };
}

/** Where the first pointer of `CK_FUNCTION_LIST` stands: after its version of two bytes, aligned unless packed. */
export const firstFunctionOffset = ({ packed }: Pkcs11Layout): number => (packed ? 2 : koffi.alignof('void *'));

/** A CK_ULONG as bytes, as attributes hold it. */
export function encodeUlong({ ulong }: Pkcs11Layout, value: number): Uint8Array {
  const bytes = Buffer.alloc(koffi.sizeof(ulong));
  bytes.writeUInt32LE(value, 0);
  return bytes;
}

/** A CK_ULONG of an attribute as a number, or `null` where it is none or larger than any number PKCS #11 defines. */
export function decodeUlong({ ulong }: Pkcs11Layout, bytes: Uint8Array): number | null {
  if (bytes.length !== koffi.sizeof(ulong)) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.subarray(4).every((byte) => byte === 0) ? buffer.readUInt32LE(0) : null;
}
