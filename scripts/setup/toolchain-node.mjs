import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Node.js that the project pins and runs everything with: the machine's own may be older. */
export function toolchainNode(root) {
  const pinned = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}
