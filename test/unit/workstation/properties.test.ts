/**
 * The whole workstation under whatever order of cards, sign-ins, answers that come late, clocks and refusals: the view and
 * everything the workstation holds on to are looked at after every single thing that happens.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReaderStatus } from '../../../main/card/messages.ts';
import { SignInProblem, type SignedIn } from '../../../main/identity/provider.ts';
import type { Clinician } from '../../../main/identity/session.ts';
import type { TraceOutcome } from '../../../main/patient/pds.ts';
import type { RecordView } from '../../../main/record/view.ts';
import { Workstation } from '../../../main/workstation/workstation.ts';
import { NAIR, OKAFOR, World, facts, nair, okafor, other, readyCard, role, settled, statement, tracedAs } from './world.ts';

const RUNS = 250;
const MINUTE = 60_000;
const CLINICIANS: readonly Clinician[] = [{ ...nair, roles: [role, other] }, okafor, { ...nair, userId: '555254243104', name: 'Dr Elin FARROW', selectedRoleId: 'role-1' }, { ...okafor, roles: [] }];
const PATIENTS = [['9990000018', 'Ashworth'], ['9990000026', 'Brown']] as const;
const PATIENT_WORDS = /ashworth|brown|9990000018|9990000026|999.000.00/i;

const readerName = fc.constantFrom('Reader A', 'Reader B');
const pick = fc.nat({ max: 7 });

const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('insert' as const), reader: readerName, userId: fc.constantFrom(NAIR, NAIR, OKAFOR, null) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('remove' as const), reader: readerName }) },
  fc.record({ what: fc.constant('swap-unnoticed' as const), reader: readerName }),
  fc.constantFrom({ what: 'service-lost' as const }, { what: 'service-back' as const }),
  { weight: 6, arbitrary: fc.record({ what: fc.constant('sign-in' as const), pick }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('vouch' as const), pick, clinician: fc.constantFrom(null, null, null, null, ...CLINICIANS) }) },
  fc.record({ what: fc.constant('refuse-sign-in' as const), pick }),
  { weight: 3, arbitrary: fc.record({ what: fc.constant('choose-role' as const), roleId: fc.constantFrom('role-1', 'role-2', 'role-9') }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('find' as const), patient: fc.constantFrom(...PATIENTS) }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('trace' as const), pick, patient: fc.constantFrom(...PATIENTS), confidentiality: fc.constantFrom('unrestricted' as const, 'restricted' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('record-answers' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('time' as const), minutes: fc.constantFrom(1, 5, 14, 31) }) },
  fc.record({ what: fc.constant('sleep' as const), minutes: fc.constantFrom(1, 40) }),
  fc.record({ what: fc.constant('api-refuses' as const), stands: fc.constantFrom(true, false) }),
  fc.constantFrom(
    { what: 'lock' as const }, { what: 'sign-out' as const }, { what: 'cancel' as const }, { what: 'change-role' as const }, { what: 'close-patient' as const },
    { what: 'key' as const }, { what: 'card-revoked' as const },
  ),
);
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

const SUMMARY: RecordView = {
  sources: [], sections: [], recordRevision: 1, completeness: null, quarantined: 0,
  allergies: { phrase: 'Known allergies', detail: 'Penicillin of Ashworth', tone: 'harm' },
};

/** The workstation and a world in which every answer waits until it is its turn. */
class Scene {
  readonly world = new World();
  readonly workstation: Workstation;
  readonly granted: string[] = [];
  readonly #vouching: { holder: Clinician; resolve: (signedIn: SignedIn) => void; reject: (problem: Error) => void }[] = [];
  readonly #tracing: ((outcome: TraceOutcome) => void)[] = [];
  readonly #views: ((view: RecordView) => void)[] = [];
  readonly #readers = new Map<string, ReaderStatus>();
  readonly #asked = new Map<string, Set<string>>();
  #counter = 5;
  /** Whose card the last sign-in was begun with. */
  #holder: Clinician = nair;

  constructor(rules: World['rules']) {
    this.world.rules = rules;
    const ports = this.world.ports();
    const { card } = ports;
    const status = () => this.world.status;
    this.workstation = new Workstation(facts, {
      ...ports,
      card: { ...card, get status() { return status(); } },
      identity: {
        ...ports.identity,
        method: {
          kind: 'card-statement',
          statement: () => Promise.resolve(statement),
          redeem: () => new Promise<SignedIn>((resolve, reject) => this.#vouching.push({ holder: this.#holder, resolve, reject })),
        },
      },
      patients: {
        trace: ({ nhsNumber }) => {
          expect(this.#askedFor(), 'nobody is traced whom this clinician did not ask for').toContain(nhsNumber);
          return new Promise((resolve) => this.#tracing.push(resolve));
        },
      },
      records: {
        open: (patient, request, unasked, onView, onFailed) => {
          this.#views.push(onView);
          return ports.records.open(patient, request, unasked, onView, onFailed);
        },
      },
    });
    this.#show();
  }

  async happen(one: Happening): Promise<void> {
    this.#do(one);
    await settled();
  }

  #do(one: Happening): void {
    const { world, workstation } = this;
    switch (one.what) {
      case 'insert':
        return this.#insert(one.reader, one.userId);
      case 'remove':
        return this.#remove(one.reader);
      case 'swap-unnoticed':
        return this.#put(one.reader, readyCard(OKAFOR));
      case 'service-lost':
        world.loseCard({ reader: null, eventCounter: null, reason: 'card-service-lost' });
        return world.tellStatus({ kind: 'unavailable', sentence: 'The service stopped.' });
      case 'service-back':
        return this.#show();
      case 'sign-in': {
        const { screen } = workstation.view();
        const shown = screen.kind === 'sign-in' ? screen.cards[one.pick % Math.max(screen.cards.length, 1)] : undefined;
        this.#holder = CLINICIANS.find(({ userId }) => userId === shown?.userId) ?? nair;
        return void workstation.signIn({ cardId: shown?.id ?? '5 Reader A', passcode: world.way(), lastTryConfirmed: false });
      }
      case 'vouch': {
        const [waiting] = this.#vouching.splice(one.pick % Math.max(this.#vouching.length, 1), 1);
        if (waiting === undefined) return;
        const tokens = world.newTokens();
        this.granted.push(tokens.accessToken);
        return waiting.resolve({ clinician: one.clinician ?? waiting.holder, tokens });
      }
      case 'refuse-sign-in':
        return this.#vouching.splice(one.pick % Math.max(this.#vouching.length, 1), 1)[0]?.reject(new SignInProblem('Not accepted.'));
      case 'choose-role':
        return void workstation.chooseRole(one.roleId);
      case 'find':
        this.#askedFor().add(one.patient[0]);
        return void workstation.findPatient(one.patient[0]);
      case 'trace':
        // PDS may answer for a number that took the place of the one that was asked for.
        this.#askedFor().add(one.patient[0]);
        return this.#tracing.splice(one.pick % Math.max(this.#tracing.length, 1), 1)[0]?.(tracedAs(one.patient[0], one.patient[1], one.confidentiality));
      case 'record-answers':
        return this.#views[one.pick % Math.max(this.#views.length, 1)]?.(SUMMARY);
      case 'time':
        return world.clock.pass(one.minutes * MINUTE);
      case 'sleep':
        return world.clock.sleep(one.minutes * MINUTE);
      case 'api-refuses':
        world.standing = () => Promise.resolve(one.stands);
        return workstation.tokenRefused(world.tokens.at(-1) ?? '');
      case 'card-revoked':
        return world.refuseTrust();
      case 'lock':
        return void workstation.lock('asked');
      case 'sign-out':
        return void workstation.signOut();
      case 'cancel':
        return void workstation.cancelSignIn();
      case 'change-role':
        return void workstation.changeRole();
      case 'close-patient':
        return void workstation.closePatient();
      case 'key':
        return workstation.activity();
    }
  }

  /** Numbers that the clinician on the screen has asked for, or been shown, while they were signed in. */
  #askedFor(): Set<string> {
    const { screen } = this.workstation.view();
    const name = 'signedIn' in screen ? screen.signedIn.clinician : '';
    const asked = this.#asked.get(name) ?? new Set();
    this.#asked.set(name, asked);
    return asked;
  }

  #insert(reader: string, userId: string | null): void {
    if (this.#readers.get(reader)?.card.kind === 'ready') this.#remove(reader);
    this.#put(reader, readyCard(userId));
  }

  #remove(reader: string): void {
    const present = this.#readers.get(reader);
    if (present?.card.kind !== 'ready') return;
    this.world.loseCard({ reader, eventCounter: present.eventCounter, reason: 'card-removed' });
    this.#put(reader, { kind: 'none' });
  }

  #put(name: string, card: ReaderStatus['card']): void {
    this.#counter += 1;
    this.#readers.set(name, { name, eventCounter: this.#counter, card });
    this.#show();
  }

  #show(): void {
    for (const name of ['Reader A', 'Reader B']) if (!this.#readers.has(name)) this.#readers.set(name, { name, eventCounter: 0, card: { kind: 'none' } });
    this.world.show(...this.#readers.values());
  }
}

/** What must be so at every moment. */
function look({ workstation, world, granted }: Scene, seen: Set<string>): void {
  const view = workstation.view();
  const { screen } = view;
  const token = world.tokens.at(-1) ?? null;
  seen.add(view.idleWarning === null ? screen.kind : `${screen.kind} idle`);
  if (screen.kind === 'sign-in') {
    if (typeof screen.locked?.resumes === 'string') seen.add('resumes');
    expect(token, 'no token while nobody is signed in').toBeNull();
    expect(view.idleWarning).toBeNull();
  } else {
    expect(token, 'whoever is in has a token').not.toBeNull();
  }
  if (screen.kind !== 'record') expect(JSON.stringify(view), 'a patient only on the record').not.toMatch(PATIENT_WORDS);
  const open = screen.kind === 'record' ? 1 : 0;
  expect(world.opened.length - world.closedRecords, 'no record but the one on the screen').toBe(open);
  expect(granted.filter((one) => !world.revoked.includes(one)), 'every token but the session’s is ended').toEqual(token === null ? [] : [token]);
  const isChecking = screen.kind === 'sign-in' && screen.step === 'checking';
  if (!isChecking) expect(world.passcodes.filter(({ fate }) => fate === 'on its way')).toEqual([]);
  if (screen.kind === 'record') {
    expect(screen.signedIn.allows.viewRecord).toBe(true);
    expect(world.opened.at(-1)?.unasked === null).toBe(!screen.banner.restricted || screen.signedIn.allows.viewSensitive);
    const roles = CLINICIANS.find(({ name }) => name === screen.signedIn.clinician)?.roles ?? [];
    expect(roles.find(({ id }) => id === world.opened.at(-1)?.roleId)?.name, 'asked as the role that is shown').toBe(screen.signedIn.role);
  }
  expect(world.log.join('\n')).not.toMatch(/ashworth|brown|999|the-token|NAIR|OKAFOR|FARROW/i);
}

const rules = fc.record({
  onCardRemoval: fc.oneof({ weight: 3, arbitrary: fc.constant('lock' as const) }, fc.constant('ignore' as const), fc.record({ endAfterMs: fc.constantFrom(0, 10 * MINUTE) })),
  idleMs: fc.constant(15 * MINUTE),
  resumeMs: fc.constantFrom(0, 30 * MINUTE, 30 * MINUTE),
});

async function play(given: World['rules'], happenings: readonly Happening[], seen: Set<string>): Promise<void> {
  const scene = new Scene(given);
  let before = { signedIn: false, screens: 0 };
  for (const one of happenings) {
    await scene.happen(one);
    look(scene, seen);
    const { screen } = scene.workstation.view();
    const signedIn = screen.kind !== 'sign-in';
    if (before.signedIn && !signedIn) expect(scene.world.screens, 'a screen that has shown a session is replaced').toBeGreaterThan(before.screens);
    if (given.onCardRemoval !== 'ignore' && signedIn) {
      const status = scene.world.status;
      expect(status.kind === 'running' && status.readers.some(({ card }) => card.kind !== 'none'), 'nobody is in without any card').toBe(true);
    }
    before = { signedIn, screens: scene.world.screens };
  }
}

test('a patient, a token and a passcode are where they may be, and nowhere else', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), (given, happenings) => play(given, happenings, new Set())),
    { numRuns: RUNS },
  );
});

test('the happenings get everywhere', { timeout: 60_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rules, fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), (given, happenings) => play(given, happenings, seen)),
    { numRuns: RUNS, seed: 1 },
  );
  expect([...seen].sort()).toEqual(['find-patient', 'find-patient idle', 'record', 'record idle', 'resumes', 'role', 'sign-in']);
});
