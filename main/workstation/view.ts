/** The whole view from the whole situation: pure, and the place that decides that a patient is only ever seen in an active session. */
import type { MessageView, RecordScreen, RoleScreen, ScreenView, SignedInView, WorkstationView } from '../../preload/contract.ts';
import type { CardServiceStatus } from '../card/messages.ts';
import type { LockReason, Role, SessionState } from '../identity/session.ts';
import { bannerView } from '../patient/banner.ts';
import { instantOf } from '../record/values.ts';
import { shownInstant } from '../record/view-words.ts';
import type { PatientSituation } from './patient-desk.ts';
import type { RecordView } from '../record/view.ts';
import { cardServiceView, readerLabel, signInScreen } from './sign-in-view.ts';

/** What never changes while the app runs. */
export interface WorkstationFacts {
  readonly version: string;
  readonly runtime: string;
  readonly site: { readonly name: string; readonly odsCode: string; readonly region: string };
  readonly simulatedReader: boolean;
}

export interface WorkstationSituation {
  readonly revision: number;
  readonly card: CardServiceStatus;
  readonly identity: 'checking' | 'reachable' | 'unreachable';
  readonly session: SessionState;
  readonly lock: { readonly reason: LockReason; readonly at: Date } | null;
  readonly message: MessageView | null;
  readonly patient: PatientSituation;
  readonly now: Date;
}

const IDENTITY_SENTENCES = {
  checking: 'Looking for the identity service',
  reachable: 'Identity service reachable',
  unreachable: 'Identity service not reachable',
} as const;

export function workstationView(facts: WorkstationFacts, situation: WorkstationSituation): WorkstationView {
  return {
    revision: situation.revision,
    app: { version: facts.version, runtime: facts.runtime },
    site: facts.site,
    cardService: cardServiceView(situation.card, facts.simulatedReader),
    identityService: { state: situation.identity, sentence: IDENTITY_SENTENCES[situation.identity] },
    screen: screenView(facts, situation),
  };
}

function screenView({ site }: WorkstationFacts, situation: WorkstationSituation): ScreenView {
  const { session } = situation;
  switch (session.kind) {
    case 'signed-out':
    case 'authenticating':
      return signInScreen({
        status: situation.card,
        authenticating: session.kind === 'authenticating',
        lock: situation.lock === null ? null : { reason: situation.lock.reason, at: shownInstant(instantOf(situation.lock.at)) },
        message: situation.message,
      });
    case 'choosing-role':
      return roleScreen(session, site);
    case 'active':
      return activeScreen(situation, signedInView(session, situation.card, site), site);
  }
}

type Site = WorkstationFacts['site'];

function roleScreen({ clinician }: Extract<SessionState, { kind: 'choosing-role' }>, site: Site): RoleScreen {
  const roles = clinician.roles.map((role) => ({ ...role, organisation: organisationName(role, site) }));
  return { kind: 'role', clinician: clinician.name, roles, message: null };
}

/** The identity service names organisations in capitals; this site knows how its own name is written. */
function organisationName(role: Role, site: Site): string {
  return role.odsCode === site.odsCode ? site.name : role.organisation;
}

function signedInView(session: Extract<SessionState, { kind: 'active' }>, status: CardServiceStatus, site: Site): SignedInView {
  return {
    clinician: session.clinician.name,
    role: session.role.name,
    organisation: organisationName(session.role, site),
    odsCode: session.role.odsCode,
    reader: readerLabel(status, session.card.reader),
  };
}

function activeScreen({ patient, now }: WorkstationSituation, signedIn: SignedInView, site: Site): ScreenView {
  if (patient.kind !== 'open') {
    return { kind: 'find-patient', signedIn, tracing: patient.kind === 'tracing', message: patient.kind === 'none' ? patient.message : null };
  }
  return recordScreen(patient, signedIn, now, site);
}

/** Before the first source was even asked: the places are there, and what they say is that nothing has answered yet. */
const NOTHING_YET: RecordView = {
  sources: [],
  sections: [],
  recordRevision: 0,
  completeness: null,
  quarantined: 0,
  allergies: { phrase: 'Allergies unavailable', detail: 'No source has answered yet', tone: 'warning' },
};

function recordScreen(patient: Extract<PatientSituation, { kind: 'open' }>, signedIn: SignedInView, now: Date, site: Site): RecordScreen {
  const { allergies, ...summary } = patient.summary ?? NOTHING_YET;
  const banner = bannerView(patient.demographics, now, patient.notices);
  return {
    kind: 'record',
    signedIn,
    banner: { ...banner, registered: registeredAt(banner.registered, site), allergies },
    ...summary,
    askedAt: shownInstant(instantOf(patient.askedAt)),
  };
}

/** PDS names the practice by its ODS code; only this site's own name is known here. */
function registeredAt(odsCode: string | null, site: Site): string | null {
  return odsCode === site.odsCode ? `${site.name} (${odsCode})` : odsCode;
}
