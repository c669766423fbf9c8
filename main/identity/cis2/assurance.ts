/**
 * What CIS2's authentication contexts are worth. A context that is not in this table is met by itself alone.
 * NHS England, "CIS2 Authentication: scopes and claims": AAL2 is high confidence, AAL3 very high confidence.
 */

interface Context {
  /** Authentication assurance level (NIST SP 800-63B). */
  readonly level: 1 | 2 | 3;
  /** The ways of signing in that it covers. */
  readonly ways: readonly string[] | 'any';
}

const CONTEXTS: Readonly<Record<string, Context>> = {
  AAL1_USERPASS: { level: 1, ways: ['USERPASS'] },
  AAL2_TOTP: { level: 2, ways: ['TOTP'] },
  AAL2_NHSMAIL: { level: 2, ways: ['NHSMAIL'] },
  AAL2_ANY: { level: 2, ways: 'any' },
  AAL2_OR_AAL3_ANY: { level: 2, ways: 'any' },
  AAL3_IOS: { level: 3, ways: ['IOS'] },
  AAL3_FIDO2: { level: 3, ways: ['FIDO2'] },
  AAL3_N3_SMARTCARD: { level: 3, ways: ['N3_SMARTCARD'] },
  AAL3_CIS2_SMARTCARD: { level: 3, ways: ['CIS2_SMARTCARD'] },
  AAL3_SMARTCARD: { level: 3, ways: ['N3_SMARTCARD', 'CIS2_SMARTCARD'] },
  AAL3_ANY: { level: 3, ways: 'any' },
};

/** Whether the context that was reached is one of those asked for, or stronger and as narrow. */
export function meetsContext(reached: string, asked: readonly string[]): boolean {
  return asked.some((context) => context === reached || covers(contextOf(context), contextOf(reached)));
}

function contextOf(name: string): Context | null {
  return Object.hasOwn(CONTEXTS, name) ? (CONTEXTS[name] ?? null) : null;
}

function covers(asked: Context | null, reached: Context | null): boolean {
  if (asked === null || reached === null || reached.level < asked.level) return false;
  if (asked.ways === 'any') return true;
  return reached.ways !== 'any' && reached.ways.every((way) => asked.ways.includes(way));
}
