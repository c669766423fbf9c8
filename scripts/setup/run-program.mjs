import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Its output is kept and handed back, never shown.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, limitMs: number}} options  `limitMs`: killed after this long.
 * @returns {Promise<{code: number | null, output: string}>} `code` is null where it could not start or was killed.
 */
export function runProgram(file, args, options) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    // Not spawn's own `timeout`: its timer outlives a program that could not start, and set-up would wait for it.
    const limit = setTimeout(() => {
      output += `\n${file} took longer than ${options.limitMs / 60_000} minutes and was ended.`;
      child.kill('SIGKILL');
    }, options.limitMs);
    const end = (result) => {
      clearTimeout(limit);
      resolve(result);
    };
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (problem) => end({ code: null, output: problem.message }));
    child.on('close', (code) => end({ code, output }));
  });
}
