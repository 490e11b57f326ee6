import { ModelBuilder } from '@tesserajs/onnx';
import type * as OnnxRuntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { providerFailure, type Provider } from './providers.js';
import { sessionOptions, silent } from './session-options.js';

/**
 * How results get into typed arrays:
 * - `copied`: the runtime makes new ones and copies into them; what its documentation promises.
 * - `preallocated`: the runtime writes into arrays that it is given, and returns those.
 * - `interrupted`: it writes into arrays that it is given, but would then copy each of them. An output that it cannot
 *   convert, in front of the others, ends the call after the run and before the copies.
 */
export type OutputPath = 'copied' | 'preallocated' | 'interrupted';

/** Name of the output that the runtime's binding cannot convert. */
export const interruptingOutput = 'results_written';

const interruption = 'Non tensor type is temporarily not supported';

/** True for the error that ends an interrupted call: all outputs are written. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.message.includes(interruption);
}

const size = 64;

/** y = x + 1, in a model of its own. */
function probeModel(interrupted: boolean): Uint8Array {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [size]);
  const y = graph.node('Add', [x, graph.constant('float32', 1)]);
  if (interrupted) graph.sequenceOutput(graph.node('SequenceEmpty', []), 'float32', interruptingOutput);
  graph.output(y, 'float32', [size], 'y');
  return builder.toBytes();
}

function probeOptions(provider: Provider): InferenceSession.SessionOptions {
  return { ...sessionOptions({ threads: 1, provider }, false), extra: {} };
}

/** Whether one way of getting results works, with other numbers each time. */
async function works(runtime: typeof OnnxRuntime, session: InferenceSession, interrupted: boolean): Promise<boolean> {
  for (let turn = 1; turn <= 3; turn++) {
    const x = Float32Array.from({ length: size }, (_, i) => i * turn);
    const y = new Float32Array(size);
    const fetches = {
      ...(interrupted ? { [interruptingOutput]: null } : {}),
      y: new runtime.Tensor('float32', y, [size]),
    };
    let returned: ArrayLike<unknown> = y;
    try {
      const results = await session.run({ x: new runtime.Tensor('float32', x, [size]) }, fetches, {
        logSeverityLevel: silent,
      });
      if (interrupted) return false;
      returned = results['y']!.data;
    } catch (error) {
      if (!interrupted || !isInterruption(error)) return false;
    }
    if (returned !== y || y.some((value, i) => value !== i * turn + 1)) return false;
  }
  return true;
}

async function tryPath(runtime: typeof OnnxRuntime, provider: Provider, interrupted: boolean): Promise<boolean> {
  const session = await runtime.InferenceSession.create(probeModel(interrupted), probeOptions(provider));
  try {
    return await works(runtime, session, interrupted);
  } finally {
    await session.release();
  }
}

/** Creates the first sessions of the process without the lines that the runtime would write about failures. */
async function probe(runtime: typeof OnnxRuntime, provider: Provider): Promise<OutputPath> {
  const { logLevel } = runtime.env;
  // Read once, when the runtime starts.
  runtime.env.logLevel = 'fatal';
  try {
    if (await tryPath(runtime, provider, false)) return 'preallocated';
  } catch (cause) {
    if (provider !== 'cpu') throw providerFailure(runtime, provider, cause);
    return 'copied'; // what is wrong with the runtime, the session of the graph will tell
  } finally {
    if (logLevel !== undefined) runtime.env.logLevel = logLevel;
  }
  const interrupted = await tryPath(runtime, provider, true).catch(() => false);
  return interrupted ? 'interrupted' : 'copied';
}

const probed = new Map<Provider, Promise<OutputPath>>();

/**
 * The fastest way of getting results that this installation of the runtime really has; tried once in a process for each
 * provider. Rejects with an UnsupportedError for a provider that does not start.
 *
 * The first session of a process also decides whether denormal numbers count as zero on the thread that makes it, for
 * JavaScript's arithmetic as well: those of this trial leave that as it is, and later ones reach only their own threads.
 */
export function probeOutputPath(runtime: typeof OnnxRuntime, provider: Provider = 'cpu'): Promise<OutputPath> {
  let path = probed.get(provider);
  if (path === undefined) {
    path = probe(runtime, provider);
    probed.set(provider, path);
    path.catch(() => probed.delete(provider));
  }
  return path;
}
