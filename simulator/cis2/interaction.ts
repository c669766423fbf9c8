/** The clinician at the sign-in page: passcode or authenticator, then a role where one is to be chosen. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, InteractionResult, Provider } from 'oidc-provider';
import { ORGANISATIONS } from '../people/organisations.ts';
import { userById, USERS } from '../identity/users.ts';
import type { User } from '../identity/users.ts';
import { requested } from './authenticators.ts';
import type { AcrRequest, Method } from './authenticators.ts';
import type { Cis2Context } from './context.ts';
import { noticePage, rolePage, signInPage } from './pages.ts';
import type { SignInPage } from './pages.ts';
import { grantAll, mustChooseRole, PAGE_HEADERS } from './provider.ts';
import type { CardInReader } from './reader.ts';

export interface InteractionParts extends Pick<Cis2Context, 'store' | 'readCard' | 'chosenRoles' | 'now'> {
  readonly provider: Provider;
}

const MOST_FORM_BYTES = 10_000;

/** Answers `/interaction/…`. Somebody else's session in the same browser ends: it is not carried on under another name. */
export async function interact(request: IncomingMessage, response: ServerResponse, parts: InteractionParts): Promise<void> {
  const interaction = await find(request, response, parts.provider);
  if (interaction === null) return show(response, 400, noticePage('This sign-in has ended', 'Go back to where you came from and start again.'));
  if (request.method === 'GET') return show(response, 200, await pageFor(interaction, parts, null));
  const form = new URLSearchParams(await readForm(request));
  const outcome = await act(interaction, form, parts);
  if (typeof outcome === 'string') return show(response, 200, await pageFor(interaction, parts, outcome));
  const next = await parts.provider.interactionResult(request, response, outcome, { mergeWithLastSubmission: true });
  if ('login' in outcome && outcome.login?.accountId !== interaction.session?.accountId) parts.store.forgetAccount(interaction.session?.uid);
  response.writeHead(303, { location: next }).end();
}

/** `null` where there is none, or it is not this browser's. */
async function find(request: IncomingMessage, response: ServerResponse, provider: Provider): Promise<Interaction | null> {
  const { errors } = await import('oidc-provider');
  try {
    return await provider.interactionDetails(request, response);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null;
    throw error;
  }
}

function show(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, PAGE_HEADERS).end(html);
}

async function pageFor(interaction: Interaction, { readCard }: InteractionParts, message: string | null): Promise<string> {
  const { accountId } = interaction.session ?? {};
  if (interaction.prompt.name === 'consent' && accountId !== undefined) {
    const user = userById(accountId);
    return rolePage({ name: nameOf(user), roles: user.roles, organisationOf: organisationName, message });
  }
  const { methods } = requested(interaction.params.acr_values);
  return signInPage({ card: shown(await readCard()), message, withSmartcard: methods.includes('N3_SMARTCARD'), withAuthenticator: methods.some((method) => method !== 'N3_SMARTCARD') });
}

function shown(card: CardInReader | null): SignInPage['card'] {
  if (card === null) return null;
  if (card.forSignIn === null) return { holder: card.holder, state: 'other' };
  return { holder: card.holder, state: card.forSignIn.triesLeft === 0 ? 'blocked' : 'ready' };
}

/** A sentence: what kept it from going on. */
async function act(interaction: Interaction, form: URLSearchParams, parts: InteractionParts): Promise<InteractionResult | string> {
  switch (form.get('action')) {
    case 'cancel':
      return { error: 'access_denied', error_description: 'Resource Owner did not authorize the request' };
    case 'passcode':
      return withPasscode(interaction, form.get('passcode') ?? '', parts);
    case 'authenticator':
      return withAuthenticator(interaction, form, parts);
    case 'role':
      return withRole(interaction, form.get('role') ?? '', parts);
    default:
      return 'That could not be understood. Try again.';
  }
}

async function withPasscode(interaction: Interaction, passcode: string, parts: InteractionParts): Promise<InteractionResult | string> {
  const card = (await parts.readCard())?.forSignIn;
  if (card === undefined || card === null) return 'The smartcard was taken out. Insert it and try again.';
  const request = requested(interaction.params.acr_values);
  if (!request.methods.includes('N3_SMARTCARD')) return 'A smartcard is not accepted here.';
  if (card.triesLeft === 0) return 'This smartcard is blocked.';
  if (!card.tryPasscode(passcode)) return wrongPasscode(card.triesLeft);
  const fault = card.certificateFault();
  if (fault !== null) return `You cannot sign in with this smartcard: its certificate ${fault}.`;
  return signedIn(userById(card.userId), request, 'N3_SMARTCARD', parts);
}

function wrongPasscode(triesLeft: number): string {
  if (triesLeft === 0) return 'That passcode was not right. The smartcard is now blocked.';
  return `That passcode was not right. ${triesLeft === 1 ? '1 try' : `${triesLeft} tries`} left.`;
}

async function withAuthenticator(interaction: Interaction, form: URLSearchParams, parts: InteractionParts): Promise<InteractionResult | string> {
  const user = USERS.find(({ userId }) => userId === form.get('user')?.trim());
  if (user?.authenticator === undefined || user.authenticator.code !== form.get('code')?.trim()) return 'That user number and code do not go together.';
  const request = requested(interaction.params.acr_values);
  if (!request.methods.includes(user.authenticator.kind)) return 'This way of signing in is not strong enough here.';
  return signedIn(user, request, user.authenticator.kind, parts);
}

function signedIn(user: User, { acr }: AcrRequest, method: Method, { now }: InteractionParts): InteractionResult {
  return { login: { accountId: user.userId, acr, amr: [method], remember: false, ts: Math.floor(now() / 1_000) } };
}

async function withRole(interaction: Interaction, roleId: string, { provider, chosenRoles }: InteractionParts): Promise<InteractionResult | string> {
  const { accountId } = interaction.session ?? {};
  const { client_id: clientId, scope } = interaction.params;
  if (accountId === undefined || clientId === undefined || !mustChooseRole(accountId, scope)) return 'There is no role to choose.';
  if (!userById(accountId).roles.some(({ person_roleid }) => person_roleid === roleId)) return 'Choose one of your roles.';
  const grant = await grantAll(provider, accountId, clientId, scope);
  chosenRoles.set(grant.jti, roleId);
  return { consent: { grantId: grant.jti } };
}

function nameOf({ title, given, family }: User): string {
  return [title, given, family].filter((part) => part !== undefined).join(' ');
}

function organisationName(odsCode: string): string {
  return Object.values(ORGANISATIONS).find((organisation) => organisation.odsCode === odsCode)?.name ?? odsCode;
}

async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_FORM_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
