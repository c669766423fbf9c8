/** The steps of the tour in their order, each standing on the ones before. A step returns what it saw, or throws. */
import { meetBlockedCard, meetRevokedCard, restartReaderService, swapCard } from './steps/cards.ts';
import { seeIdleWarning, signInThroughCis2 } from './steps/other-deployments.ts';
import { findPatient, loseSource, readRecord, removeCard } from './steps/record.ts';
import { chooseAmongRoles, handOver, loseSessionRemotely, resumeSession } from './steps/session.ts';
import { chooseRole, enterWrongPasscode, insertCard, seeWindow, signIn } from './steps/sign-in.ts';
import type { TourContext } from './tour.ts';

export interface TourStepPlan {
  readonly name: string;
  walk(context: TourContext): Promise<string>;
}

export const TOUR_STEPS: readonly TourStepPlan[] = [
  { name: 'window', walk: seeWindow },
  { name: 'card-inserted', walk: insertCard },
  { name: 'wrong-passcode', walk: enterWrongPasscode },
  { name: 'signed-in', walk: signIn },
  { name: 'role', walk: chooseRole },
  { name: 'patient-found', walk: findPatient },
  { name: 'record', walk: readRecord },
  { name: 'source-failed', walk: loseSource },
  { name: 'locked', walk: removeCard },
  { name: 'resume-same-clinician', walk: resumeSession },
  { name: 'card-swapped', walk: swapCard },
  { name: 'other-clinician', walk: handOver },
  { name: 'remote-logout', walk: loseSessionRemotely },
  { name: 'reader-service-restarted', walk: restartReaderService },
  { name: 'card-blocked', walk: meetBlockedCard },
  { name: 'revoked-card', walk: meetRevokedCard },
  { name: 'role-choice', walk: chooseAmongRoles },
  { name: 'idle-warning', walk: seeIdleWarning },
  { name: 'cis2-sign-in', walk: signInThroughCis2 },
];
