import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Its output is kept and handed back; nothing is shown unless `show` asks for it.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, limitMs: number}} options  `limitMs`: killed after this long.
 * @returns {Promise<{code: number | null, output: string}>} `code` is null where it could not start or was killed.
 */
export function runProgram(file, args, options) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.limitMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (problem) => resolve({ code: null, output: problem.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
