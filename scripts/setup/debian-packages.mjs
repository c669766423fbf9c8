import { existsSync } from 'node:fs';
import { runProgram } from './run-program.mjs';
import { SetUpRefusal, say } from './say.mjs';

/** Without these no window opens, so nothing starts. Each with the reason it is here. */
const NEEDED = {
  'libgtk-3-0': 'Electron',
  libnss3: 'Electron',
  libasound2: 'Electron',
  libgbm1: 'Electron',
  ...(hasDisplay() ? {} : { xvfb: 'a display where there is none' }),
};

/** Without these the app opens all the same, but not everything of it, or of its tests, can be seen. */
const USEFUL = {
  xvfb: 'the same display for every test',
  pcscd: 'the smartcard service',
  libpcsclite1: 'the smartcard service, seen from a program',
  'vsmartcard-vpcd': 'a reader for the virtual card',
  opensc: "other people's smartcard clients, to check the virtual card",
  'yubico-piv-tool': "other people's smartcard clients, to check the virtual card",
  ykcs11: "other people's smartcard clients, to check the virtual card",
  openssl: 'smartcards of other issuers, to check that they are taken too',
  softhsm2: "other people's smartcard middleware, to check the driver for it",
  'fonts-liberation': 'the typeface of the screens',
  iproute2: 'a network of its own for the virtual card',
  unzip: 'unpacking the test-only Electron',
};

/**
 * Installs what Lanyard's window, the card reader and their tests need from Debian and is missing. Where it may not, it
 * names the packages and the command.
 * @throws {SetUpRefusal} where a needed package stays missing
 */
export async function installDebianPackages() {
  if (process.platform !== 'linux') return;
  const missing = await missingPackages(Object.keys({ ...NEEDED, ...USEFUL }));
  if (missing.length === 0) return;
  if (!existsSync('/usr/bin/apt-get')) return say(`this is not a Debian system: install what stands for ${missing.join(' ')}`);
  if (process.getuid?.() !== 0) return goOnWithout(await namesHere(missing), '');
  say(`installing Debian packages (a minute or two, only the first time): ${missing.join(' ')}`);
  const complaint = await install(missing);
  const still = await missingPackages(missing);
  if (still.length > 0) goOnWithout(await namesHere(still), complaint);
}

/** @returns why apt-get could not do it, in its own words; of no meaning where it could */
async function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const update = await runProgram('apt-get', ['update', '-q'], { env, limitMs: 300_000 });
  // A fresh machine is often busy with its first upgrades: wait for them.
  const args = ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...(await namesHere(missing))];
  const { output } = await runProgram('apt-get', args, { env, limitMs: 900_000 });
  const complaints = `${update.output}\n${output}`.split('\n').filter((line) => /^[EW]: /.test(line));
  return complaints.slice(0, 4).join('\n') || 'it gave no reason';
}

/** @param {string} complaint what apt-get said, or nothing where it was not asked */
function goOnWithout(missing, complaint) {
  const how = complaint === '' ? ' Run' : ` apt-get could not install them:\n${complaint}\nMend that, then run`;
  const command = `${how} as root: apt-get install ${missing.join(' ')}`;
  const stops = missing.some((name) => name.replace(/t64$/, '') in NEEDED);
  if (stops) throw new SetUpRefusal(`Debian packages that Lanyard's window needs are missing.${command}`);
  say(`going on without some Debian packages.${command}`);
}

/** libgtk-3-0 became libgtk-3-0t64 (and likewise others) after Debian 12: either name counts. */
async function missingPackages(names) {
  const asked = names.flatMap((name) => [name, `${name}t64`]);
  const { output } = await runProgram('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...asked], { limitMs: 30_000 });
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/** The names that this system's apt-get takes: it refuses an old name that several new packages provide. */
async function namesHere(names) {
  const { output } = await runProgram('apt-cache', ['pkgnames'], { limitMs: 30_000 });
  const known = new Set(output.split('\n'));
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name));
}

function hasDisplay() {
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}
