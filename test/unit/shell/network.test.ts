/** The decision about a server's certificate is always made, whatever the server sent. */
import type { Session } from 'electron';
import { expect, test } from 'vitest';
import { sessionFetch } from '../../../main/shell/network.ts';
import { issue, pemOf } from '../../support/certificates.ts';

const HOST = 'record.example.nhs.uk';
const UNKNOWN = 'net::ERR_CERT_AUTHORITY_INVALID';

interface Sent {
  readonly data: string;
  readonly issuerCert?: Sent | undefined;
}

type Decide = (request: { verificationResult: string; certificate: Sent; hostname: string }, answer: (verdict: number) => void) => void;

function decider(authorities: readonly string[]): Decide | null {
  let decide: Decide | null = null;
  const nothing = (): void => undefined;
  const session = {
    setPermissionRequestHandler: nothing, setPermissionCheckHandler: nothing, setDevicePermissionHandler: nothing, setDisplayMediaRequestHandler: nothing,
    on: nothing,
    setCertificateVerifyProc: (given: Decide) => (decide = given),
  };
  sessionFetch(session as unknown as Session, authorities, () => new Date());
  return decide;
}

function verdict(decide: Decide | null, certificate: Sent, verificationResult = UNKNOWN): number {
  let given: number | null = null;
  decide?.({ verificationResult, certificate, hostname: HOST }, (value) => (given = value));
  if (given === null) throw new Error('Nothing was decided.');
  return given;
}

test('without authorities of the site everything is left to Chromium', () => {
  expect(decider([])).toBeNull();
});

test('an authority of the site is trusted, and only where an unknown authority was the trouble', async () => {
  const root = await issue({ name: 'Site root', authority: true });
  const middle = await issue({ name: 'Site servers', issuer: root, authority: true });
  const leaf = await issue({ name: 'record', issuer: middle, host: HOST });
  const decide = decider([pemOf(root)]);
  const sent: Sent = { data: pemOf(leaf), issuerCert: { data: pemOf(middle) } };
  expect(verdict(decide, sent)).toBe(0);
  expect(verdict(decide, { data: pemOf(leaf) })).toBe(-3);
  for (const other of ['net::OK', 'net::ERR_CERT_REVOKED', 'net::ERR_CERT_COMMON_NAME_INVALID', 'net::ERR_CERT_DATE_INVALID', '']) {
    expect(verdict(decide, sent, other)).toBe(-3);
  }
});

test('what cannot be read, or never ends, is left to Chromium', async () => {
  const root = await issue({ name: 'Site root', authority: true });
  const decide = decider([pemOf(root)]);
  const endless: { data: string; issuerCert?: Sent } = { data: pemOf(root) };
  endless.issuerCert = endless;
  for (const certificate of [{ data: '' }, { data: 'hello' }, { data: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' }, endless]) {
    expect(verdict(decide, certificate)).toBe(-3);
  }
});
