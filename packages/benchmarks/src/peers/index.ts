import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, pythonPeers } from '../python.js';
import type { Peer } from './peer.js';

/** The one that the others are compared with. */
export const subject = 'tessera';

function nodePeer(name: string, module: string, ...args: readonly string[]): Peer {
  const file = fileURLToPath(new URL(module, import.meta.url));
  return { name, command: () => ({ file: process.execPath, args: [file, ...args] }) };
}

function pythonPeer(name: string, script: string): Peer {
  return {
    name,
    command: () => {
      const file = findPython();
      if (file === undefined)
        return { absent: 'no Python environment: run with --setup-python or set TESSERA_BENCH_PYTHON' };
      return { file, args: [join(pythonPeers, script)] };
    },
  };
}

/** Every peer, in the order in which a round runs them. */
export const peers: readonly Peer[] = [
  nodePeer(subject, './tessera/index.js'),
  nodePeer('tessera-public', './tessera/index.js', 'public'),
  nodePeer('hand-built', './hand-built/index.js'),
  nodePeer('tfjs-cpu', './tfjs/index.js', 'cpu'),
  nodePeer('tfjs-wasm', './tfjs/index.js', 'wasm'),
  nodePeer('jax-js', './jax-js/index.js'),
  pythonPeer('pytorch', 'pytorch.py'),
];
