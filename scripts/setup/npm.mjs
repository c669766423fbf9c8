import { runProgram } from './run-program.mjs';
import { SetUpRefusal } from './say.mjs';

/** How npm names a registry that was never reached, as against one that answered with a refusal. */
const NOT_REACHED = /\b(EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|E[A-Z_]*TIMED?_?OUT)\b/;

/**
 * Runs npm without its chatter.
 * @param {string} purpose what it is for, to follow "npm could not"
 * @param {readonly string[]} args
 * @param {{cwd: string, limitMs: number}} options
 * @throws {SetUpRefusal} with what npm said, or that there is no way to its registry
 */
export async function runNpm(purpose, args, options) {
  await requireRegistry(purpose, options.cwd);
  const { code, output } = await runProgram('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], options);
  if (code !== 0) throw new SetUpRefusal(`npm could not ${purpose}. It says:\n${lastLines(output)}`);
}

/** One question first: with no network, npm asks for each of hundreds of packages, and again, before it gives up. */
async function requireRegistry(purpose, cwd) {
  const { output } = await runProgram('npm', ['ping', '--loglevel=error', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=3000'], {
    cwd,
    limitMs: 120_000,
  });
  const code = NOT_REACHED.exec(output)?.[0];
  if (code === undefined) return;
  throw new SetUpRefusal(`npm could not ${purpose}: its registry cannot be reached from here (${code}). Connect to the network, or see to npm's registry and proxy settings, and run this again.`);
}

function lastLines(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.includes('A complete log of this run'));
  return lines.slice(-15).join('\n');
}
