/** The whole view from the whole situation: pure, and the place that decides that a patient is only ever seen in an active session. */
import type { MessageView, RecordScreen, RoleScreen, ScreenView, SignInScreen, SignedInView, WorkstationView } from '../../preload/contract.ts';
import type { CardServiceStatus } from '../card/messages.ts';
import { allows } from '../identity/activity-codes.ts';
import { type Active, type ChoosingRole, type IdleWarning, type Role, type SessionState, mayChangeRole } from '../identity/session.ts';
import { bannerView } from '../patient/banner.ts';
import { instantOf } from '../record/values.ts';
import { shownInstant } from '../record/view-words.ts';
import type { PatientSituation } from './patient-desk.ts';
import type { RecordView } from '../record/view.ts';
import { sessionNotices } from './session-notices.ts';
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
  readonly method: SignInScreen['method'];
  readonly identity: 'checking' | 'reachable' | 'unreachable';
  readonly session: SessionState;
  /** Milliseconds since 1970. */
  readonly endsSoonAt: number | null;
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
    idleWarning: situation.session.kind === 'idle-warning' ? { locksAt: situation.session.locksAt } : null,
  };
}

function screenView({ site }: WorkstationFacts, situation: WorkstationSituation): ScreenView {
  const { session, card, method, message } = situation;
  switch (session.kind) {
    case 'choosing-role':
      return roleScreen(session, site);
    case 'active':
    case 'idle-warning':
      return activeScreen(situation, signedInView(session, situation, site), site);
    case 'authenticating':
      return signInScreen({ status: card, method, authenticating: session.card, nobody: session.before, message });
    default:
      return signInScreen({ status: card, method, authenticating: null, nobody: session, message });
  }
}

type Site = WorkstationFacts['site'];

function roleScreen({ clinician }: ChoosingRole, site: Site): RoleScreen {
  const roles = clinician.roles.map((role) => ({ id: role.id, name: role.name, organisation: organisationName(role, site), odsCode: role.odsCode }));
  return { kind: 'role', clinician: clinician.name, roles, message: null };
}

/** The identity service names organisations in capitals; this site knows how its own name is written. */
function organisationName(role: Role, site: Site): string {
  return role.odsCode === site.odsCode ? site.name : role.organisation;
}

function signedInView(session: Active | IdleWarning, { card, endsSoonAt }: WorkstationSituation, site: Site): SignedInView {
  return {
    clinician: session.clinician.name,
    role: session.role.name,
    organisation: organisationName(session.role, site),
    odsCode: session.role.odsCode,
    reader: session.cardPlace === 'away' ? null : readerLabel(card, session.card.reader),
    notices: sessionNotices(session, endsSoonAt),
    allows: { viewRecord: allows(session.role, 'viewRecord'), viewSensitive: allows(session.role, 'viewSensitive') },
    canChangeRole: mayChangeRole(session.clinician),
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
