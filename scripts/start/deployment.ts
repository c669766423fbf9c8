/** The app on a described deployment: the configuration is checked here first, where its problems can be read. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { loadConfiguration } from '../../main/policy/load.ts';
import { APP_FOLDER, buildApp } from '../build.ts';
import { hasDisplay, openVirtualDisplay, ownDisplay } from '../workstation/display.ts';
import { copyConfiguration } from '../workstation/portable-configuration.ts';
import { chosenRuntime } from '../workstation/runtime.ts';
import { say } from '../workstation/say.ts';
import { stage } from '../workstation/staging.ts';

/** Runs until the window is closed. 1 where the configuration cannot be used. */
export async function runOnDeployment(file: string): Promise<number> {
  const loaded = await loadConfiguration(file, { regionsFolder: join(import.meta.dirname, '../../regions') });
  if (!loaded.ok) {
    for (const sentence of loaded.sentences) say(sentence);
    return 1;
  }
  await buildApp();
  const display = hasDisplay() ? ownDisplay() : await openVirtualDisplay();
  const staging = stage(chosenRuntime(), APP_FOLDER);
  try {
    const folder = staging.newFolder('configuration');
    copyConfiguration(file, folder);
    const args = [staging.appFolder, `--user-data-dir=${staging.newFolder('user-data')}`, `--configuration=${staging.share(folder)}/configuration.json`];
    const environment = { ...process.env, ...(display.name === null ? {} : { DISPLAY: display.name }), ...staging.environment };
    const child = spawn(staging.executable, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    staging.dispose();
    display.close();
  }
}
