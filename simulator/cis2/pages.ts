/** The pages of the simulated sign-in: plain HTML, no scripts, everything reachable by its role and name. */
import type { Role } from '../identity/users.ts';

export interface SignInPage {
  /** The holder's name; `null`: no card is in. */
  readonly card: { readonly holder: string; readonly state: 'ready' | 'blocked' | 'other' } | null;
  /** One sentence on what went wrong last. */
  readonly message: string | null;
  readonly withSmartcard: boolean;
  readonly withAuthenticator: boolean;
}

const STYLE = `
  body { font: 16px/1.5 "Liberation Sans", Arial, sans-serif; color: #212b32; background: #f0f4f5; margin: 0; }
  main { max-width: 30em; margin: 2em auto; padding: 1.5em 2em; background: #fff; border: 1px solid #d8dde0; }
  h1 { margin: 0 0 .5em; font-size: 1.5em; }
  h2 { margin: 1.5em 0 .5em; font-size: 1.1em; }
  label { display: block; margin: 1em 0 .25em; font-weight: bold; }
  .choice { display: flex; gap: .5em; font-weight: normal; }
  input { font: inherit; padding: .4em; border: 2px solid #4c6272; }
  button { font: inherit; margin: 1em .5em 0 0; padding: .5em 1.2em; border: 0; color: #fff; background: #007f3b; cursor: pointer; }
  button.plain { color: #005eb8; background: #fff; text-decoration: underline; }
  .simulated { margin: 0; padding: .5em 1em; text-align: center; color: #212b32; background: #ffeb3b; font-weight: bold; }
  [role=alert] { padding: .5em 1em; border-left: 4px solid #d5281b; }
`;

export function signInPage({ card, message, withSmartcard, withAuthenticator }: SignInPage): string {
  return page('Care Identity sign-in (simulated)', [
    '<h1>Care Identity sign-in</h1>',
    alert(message),
    withSmartcard ? smartcard(card) : '',
    withAuthenticator ? authenticator() : '',
    '<form method="post"><input type="hidden" name="action" value="cancel"><button class="plain">Cancel</button></form>',
  ]);
}

function alert(message: string | null): string {
  return message === null ? '' : `<p role="alert">${escape(message)}</p>`;
}

function smartcard(card: SignInPage['card']): string {
  if (card === null) return `<p>Insert your smartcard.</p>${checkAgain()}`;
  const shown = `<p>Smartcard in the reader: <strong>${escape(card.holder)}</strong></p>`;
  if (card.state === 'other') return `${shown}<p>This card is not for signing in. Insert your smartcard.</p>${checkAgain()}`;
  if (card.state === 'blocked') return `${shown}<p>This smartcard is blocked. Your registration authority can unblock it.</p>${checkAgain()}`;
  return `${shown}<form method="post"><input type="hidden" name="action" value="passcode">
    <label for="passcode">Passcode</label><input id="passcode" name="passcode" type="password" inputmode="numeric" autocomplete="off" autofocus required>
    <div><button>Continue</button></div></form>`;
}

function checkAgain(): string {
  return '<form method="get"><button>Check again</button></form>';
}

function authenticator(): string {
  return `<h2>Sign in without a smartcard</h2><form method="post"><input type="hidden" name="action" value="authenticator">
    <label for="user">User number</label><input id="user" name="user" inputmode="numeric" autocomplete="off" required>
    <label for="code">Code</label><input id="code" name="code" inputmode="numeric" autocomplete="off" required>
    <div><button>Sign in with this code</button></div></form>`;
}

export interface RolePage {
  readonly name: string;
  readonly roles: readonly Role[];
  /** The organisation's name by its ODS code. */
  readonly organisationOf: (odsCode: string) => string;
  readonly message: string | null;
}

export function rolePage({ name, roles, organisationOf, message }: RolePage): string {
  const choices = roles.map(
    (role, index) =>
      `<label class="choice"><input type="radio" name="role" value="${escape(role.person_roleid)}"${index === 0 ? ' checked' : ''}>${escape(shortRoleName(role))}, ${escape(organisationOf(role.org_code))}</label>`,
  );
  return page('Care Identity role (simulated)', [
    '<h1>Choose your role</h1>',
    alert(message),
    `<p>Signed in as <strong>${escape(name)}</strong></p>`,
    `<form method="post"><input type="hidden" name="action" value="role"><fieldset><legend>Role</legend>${choices.join('')}</fieldset><button>Continue</button></form>`,
  ]);
}

export function noticePage(title: string, sentence: string): string {
  return page(`${title} (simulated)`, [`<h1>${escape(title)}</h1>`, `<p>${escape(sentence)}</p>`]);
}

function shortRoleName({ role_name }: Role): string {
  return (role_name.split(':').at(-1) ?? role_name).replaceAll('"', '');
}

function page(title: string, parts: readonly string[]): string {
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${escape(title)}</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><p class="simulated">The simulator's page. This is not NHS Care Identity.</p><main>${parts.join('\n')}</main></body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
