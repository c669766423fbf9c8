/** What `acr_values` asks for, and which ways of signing in meet it. */

/** As CIS2 names them in `amr`. */
export type Method = 'N3_SMARTCARD' | 'FIDO2' | 'TOTP';

/** Authentication assurance levels. */
export const LEVELS: Readonly<Record<Method, 2 | 3>> = { N3_SMARTCARD: 3, FIDO2: 3, TOTP: 2 };

export const ACR_VALUES: Readonly<Record<string, readonly Method[]>> = {
  AAL3_ANY: ['N3_SMARTCARD', 'FIDO2'],
  AAL2_OR_AAL3_ANY: ['N3_SMARTCARD', 'FIDO2', 'TOTP'],
  AAL2_ANY: ['TOTP'],
  AAL3_SMARTCARD: ['N3_SMARTCARD'],
  AAL3_N3_SMARTCARD: ['N3_SMARTCARD'],
  AAL3_CIS2_SMARTCARD: ['N3_SMARTCARD'],
  AAL3_FIDO2: ['FIDO2'],
  AAL2_TOTP: ['TOTP'],
};

const FALLBACK = 'AAL3_ANY';

export interface AcrRequest {
  readonly acr: string;
  readonly methods: readonly Method[];
}

/** The first that is known of `acr_values`, which come in order of preference (OpenID Connect Core section 3.1.2.1). */
export function requested(acrValues: string | undefined): AcrRequest {
  const acr = (acrValues ?? '').split(' ').find((value) => Object.hasOwn(ACR_VALUES, value)) ?? FALLBACK;
  return { acr, methods: ACR_VALUES[acr] ?? [] };
}
