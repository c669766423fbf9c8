import { copyConfiguration } from './portable-configuration.ts';
import type { Staging } from './staging.ts';

/** The command line of one run of the app: on a copy of a checked configuration that it can read, with a folder of its own. */
export interface AppArguments {
  readonly userData: string;
  /** The app's folder and its own switches, in Electron's order. */
  readonly words: readonly string[];
}

export function appArguments(staging: Staging, configuration: string): AppArguments {
  const folder = staging.newFolder('configuration');
  copyConfiguration(configuration, folder);
  const userData = staging.newFolder('user-data');
  return { userData, words: [staging.appFolder, `--user-data-dir=${userData}`, `--configuration=${staging.share(folder)}/configuration.json`] };
}
