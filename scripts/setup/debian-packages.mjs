import { existsSync } from 'node:fs';
import { runProgram } from './run-program.mjs';
import { say } from './say.mjs';

/** What the window, the card reader and their tests need from Debian, each with the reason it is here. */
export const DEBIAN_PACKAGES = {
  xvfb: 'a display where there is none',
  'libgtk-3-0': 'Electron',
  libnss3: 'Electron',
  libasound2: 'Electron',
  libgbm1: 'Electron',
  pcscd: 'the smartcard service',
  libpcsclite1: 'the smartcard service, seen from a program',
  'vsmartcard-vpcd': 'a reader for the virtual card',
  opensc: "other people's smartcard clients, to check the virtual card",
  'yubico-piv-tool': "other people's smartcard clients, to check the virtual card",
  'fonts-liberation': 'the typeface of the screens',
  iproute2: 'a network of its own for the virtual card',
  unzip: 'unpacking the test-only Electron',
};

/**
 * Installs the Debian packages that are missing. Where it may not, it says which and how; what can run without them
 * still runs.
 * @returns {Promise<readonly string[]>} the packages that are still missing
 */
export async function installDebianPackages() {
  if (process.platform !== 'linux') return [];
  const missing = await missingPackages(Object.keys(DEBIAN_PACKAGES));
  if (missing.length === 0) return [];
  if (!existsSync('/usr/bin/apt-get')) {
    say(`this is not a Debian system: install what stands for ${missing.join(' ')}`);
    return missing;
  }
  if (process.getuid?.() !== 0) {
    say(`missing Debian packages. Run: sudo apt-get install ${missing.join(' ')}`);
    return missing;
  }
  say(`installing Debian packages (a minute or two, only the first time): ${missing.join(' ')}`);
  return installMissing(missing);
}

async function installMissing(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runProgram('apt-get', ['update', '-q'], { env, limitMs: 300_000 });
  const install = await runProgram('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env, limitMs: 900_000 });
  const still = await missingPackages(missing);
  if (still.length === 0) return [];
  const reason = (install.code === 0 ? update.output : install.output).trimEnd().split('\n').slice(-6).join('\n');
  say(`could not install: ${still.join(' ')}. Run "apt-get install ${still.join(' ')}" and mend what it says:\n${reason}`);
  return still;
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
