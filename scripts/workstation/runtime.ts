import type { ElectronRuntime } from '../setup/electron-runtime.mjs';

/** The Electron that set-up chose for this command. */
export function chosenRuntime(): ElectronRuntime {
  const text = process.env['LANYARD_ELECTRON'];
  if (text === undefined) throw new Error('Run this through npm (npm start, npm test, npm run bench): set-up chooses the Electron to use.');
  return JSON.parse(text) as ElectronRuntime;
}
