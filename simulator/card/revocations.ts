import * as x509 from '@peculiar/x509';

/** The reasons of RFC 5280 section 5.3.1 that a card's certificate is revoked for. */
export type RevocationReason = 'unspecified' | 'keyCompromise' | 'affiliationChanged' | 'superseded' | 'cessationOfOperation' | 'certificateHold' | 'privilegeWithdrawn';

export interface Revocation {
  /** Hexadecimal, lower case, as in the certificate. */
  readonly serialNumber: string;
  readonly reason: RevocationReason;
  readonly at: Date;
}

/** When a list was made and when the next one comes. */
export interface ListValidity {
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** Who signs a list. */
export interface ListIssuer {
  readonly name: x509.Name;
  readonly keys: CryptoKeyPair;
}

/** Which certificates an authority issued, and which of them it took back. Serial numbers are hexadecimal, of either case. */
export class Revocations {
  readonly #issued = new Set<string>();
  readonly #revoked = new Map<string, Revocation>();
  #lists = 0;

  issued(serialNumber: string): void {
    this.#issued.add(normal(serialNumber));
  }

  revoke(serialNumber: string, reason: RevocationReason, at: Date): void {
    const serial = normal(serialNumber);
    this.#revoked.set(serial, { serialNumber: serial, reason, at });
  }

  restore(serialNumber: string): void {
    this.#revoked.delete(normal(serialNumber));
  }

  statusOf(serialNumber: string): 'good' | 'unknown' | Revocation {
    const serial = normal(serialNumber);
    return this.#revoked.get(serial) ?? (this.#issued.has(serial) ? 'good' : 'unknown');
  }

  /** A certificate revocation list (RFC 5280 section 5), DER. */
  async list(issuer: ListIssuer, { thisUpdate, nextUpdate }: ListValidity): Promise<Uint8Array<ArrayBuffer>> {
    this.#lists += 1;
    const list = await x509.X509CrlGenerator.create({
      issuer: issuer.name,
      thisUpdate,
      nextUpdate,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      signingKey: issuer.keys.privateKey,
      entries: [...this.#revoked.values()].map(({ serialNumber, reason, at }) => ({ serialNumber, revocationDate: at, reason: x509.X509CrlReason[reason] })),
      extensions: [await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey), listNumber(this.#lists)],
    });
    return new Uint8Array(list.rawData);
  }
}

/** CRLNumber, an INTEGER below 32,768 (section 5.2.3). */
const listNumber = (number: number): x509.Extension => new x509.Extension('2.5.29.20', false, Buffer.of(0x02, 0x02, number >> 8, number & 0xff));

/** Without the zero that keeps a DER integer positive: some programs print it and some do not. */
const normal = (serialNumber: string): string => serialNumber.toLowerCase().replace(/^(?:00)+(?=..)/, '');
