/** The app on a described deployment: the configuration is checked here first, where its problems can be read. */
import { join } from 'node:path';
import { loadConfiguration } from '../../main/policy/load.ts';
import { APP_FOLDER, buildApp } from '../build.ts';
import { hasDisplay, openVirtualDisplay, ownDisplay } from '../workstation/display.ts';
import { chosenRuntime } from '../workstation/runtime.ts';
import { say } from '../workstation/say.ts';
import { stage } from '../workstation/staging.ts';
import { runWindow } from './window.ts';

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
    say(`running on ${file}, until the window is closed`);
    return await runWindow(staging, display, file);
  } finally {
    staging.dispose();
    display.close();
  }
}
