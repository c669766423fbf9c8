/** The names of the channels between screen and trusted side. One table, so that both ends spell them alike. */
export const CHANNELS = {
  view: 'lanyard:view',
  drawn: 'lanyard:drawn',
  viewChanged: 'lanyard:view-changed',
  signIn: 'lanyard:sign-in',
  passcodeWay: 'lanyard:passcode-way',
  cancelSignIn: 'lanyard:cancel-sign-in',
  changePasscode: 'lanyard:change-passcode',
  stayActive: 'lanyard:stay-active',
  changeRole: 'lanyard:change-role',
  chooseRole: 'lanyard:choose-role',
  findPatient: 'lanyard:find-patient',
  closePatient: 'lanyard:close-patient',
  rows: 'lanyard:rows',
  raw: 'lanyard:raw',
  retrySource: 'lanyard:retry-source',
  lock: 'lanyard:lock',
  signOut: 'lanyard:sign-out',
  copied: 'lanyard:copied',
} as const;

/** A command of the screen: every channel but the one that main itself sends on, and the one that brings a port. */
export type CommandName = Exclude<keyof typeof CHANNELS, 'viewChanged' | 'passcodeWay'>;
