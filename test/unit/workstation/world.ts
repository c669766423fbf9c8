/** A world under the workstation in which the test decides what happens and when. */
import type { CardServiceStatus, SignInStatement } from '../../../main/card/messages.ts';
import type { Clinician } from '../../../main/identity/session.ts';
import type { TraceOutcome } from '../../../main/patient/pds.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import type { RecordView } from '../../../main/record/view.ts';
import type { OpenRecord } from '../../../main/sources/open-record.ts';
import type { CardPort, WorkstationPorts } from '../../../main/workstation/ports.ts';
import type { WorkstationFacts } from '../../../main/workstation/view.ts';
import type { Workstation } from '../../../main/workstation/workstation.ts';

/** How the screen names the card in Reader A. */
export const CARD = '5 Reader A';

export const NUMBER = '9990000018';
export const role = { id: 'role-1', name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001' };
export const other = { id: 'role-2', name: 'Clinical practitioner', organisation: 'Southdown Out of Hours', odsCode: 'Z99007' };
export const statement: SignInStatement = { audience: 'https://signin.example', nonce: 'n', purpose: 'sign-in', issuedAt: 0, expiresAt: 60, id: '1' };

export class World {
  readonly log: string[] = [];
  readonly tokens: (string | null)[] = [];
  readonly revoked: string[] = [];
  screens = 0;
  closedRecords = 0;
  clinician: Clinician = { userId: '555254240100', name: 'Dr Priya NAIR', roles: [role] };
  problem: Error | null = null;
  cardAnswer: Awaited<ReturnType<CardPort['signIn']>> = { kind: 'signed', assertion: 'signed by the card' };
  trace = Promise.withResolvers<TraceOutcome>();
  sendView: (view: RecordView) => void = () => undefined;
  loseCard: Parameters<CardPort['onCardLost']>[0] = () => undefined;
  tellStatus: Parameters<CardPort['onStatus']>[0] = () => undefined;
  record: Partial<OpenRecord> = {};
  status: CardServiceStatus = {
    kind: 'running',
    readers: [
      {
        name: 'Reader A',
        eventCounter: 5,
        card: {
          kind: 'ready',
          driver: 'piv',
          triesLeft: 3,
          holder: { commonName: 'Priya NAIR', userId: '555254240100', certificate: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-03-14T00:00:00Z' },
        },
      },
    ],
  };

  ports(): WorkstationPorts {
    const status = (): CardServiceStatus => this.status;
    return {
      card: {
        get status() {
          return status();
        },
        onStatus: (listener) => void (this.tellStatus = listener),
        onCardLost: (listener) => void (this.loseCard = listener),
        signIn: () => Promise.resolve(this.cardAnswer),
      },
      identity: {
        isReachable: () => Promise.resolve(true),
        statement: () => Promise.resolve(statement),
        signIn: () => (this.problem === null ? Promise.resolve({ clinician: this.clinician, accessToken: 'the-token' }) : Promise.reject(this.problem)),
        signOut: (token) => Promise.resolve(void this.revoked.push(token)),
      },
      patients: { trace: () => this.trace.promise },
      records: {
        open: (_patient, _request, onView) => {
          this.sendView = onView;
          return { rows: () => Promise.reject(new Error('not asked')), raw: () => Promise.resolve('{}'), retry: () => undefined, close: () => void (this.closedRecords += 1), ...this.record };
        },
      },
      setToken: (token) => void this.tokens.push(token),
      now: () => new Date('2026-11-22T11:58:00Z'),
      replaceScreen: () => void (this.screens += 1),
      onChange: () => undefined,
      log: (event, details) => void this.log.push(JSON.stringify({ event, ...details })),
    };
  }
}

export const traced: TraceOutcome = {
  kind: 'traced',
  notices: [],
  demographics: { nhsNumber: NUMBER as NhsNumber, names: [{ family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }], confidentiality: 'unrestricted' },
};

export const facts: WorkstationFacts = { version: '0.1.0', runtime: 'Electron', site: { name: 'Harbour Health Centre', odsCode: 'Z99001', region: 'Wessex' }, simulatedReader: false };

/** Signs Dr Nair in with the card that is on the screen. */
export function signInTo(workstation: Workstation): ReturnType<Workstation['signIn']> {
  return workstation.signIn({ cardId: CARD, passcode: new TextEncoder().encode('482916'), lastTryConfirmed: false });
}

/** Signs in and opens the record of the patient that PDS traces. */
export async function openRecordIn(workstation: Workstation, world: World): Promise<void> {
  await signInTo(workstation);
  const finding = workstation.findPatient(NUMBER);
  world.trace.resolve(traced);
  await finding;
}
