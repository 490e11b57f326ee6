import { parentPort, workerData } from 'node:worker_threads';
import { probeChannelBlock } from '../channel-block.js';
import { probeOutputPath } from '../output-path.js';
import { requireRuntime } from '../require-runtime.js';
import { NativeSession } from '../session.js';
import { enter, leave, type Gate } from './gate.js';
import type { CallName, Calls, Reply, Request } from './protocol.js';

/** A session, and the positions of the inputs that go back. */
interface Entry {
  readonly session: NativeSession;
  readonly copies: readonly number[];
}

const sessions = new Map<number, Entry>();
let created = 0;

const calls: { readonly [K in CallName]: (ask: Calls[K]['ask']) => Promise<Calls[K]['answer']> } = {
  probe: ({ provider, models }) => probeOutputPath(requireRuntime(), provider, models),
  channelBlock: ({ models }) => probeChannelBlock(requireRuntime(), models),
  async create({ plan, settings }) {
    const session = await NativeSession.create(requireRuntime(), plan, settings);
    const copies = plan.inputs.flatMap(({ donated }, i) => (donated ? [] : [i]));
    sessions.set(created, { session, copies });
    return created++;
  },
  async run({ session: number, inputs }) {
    const { session, copies } = sessions.get(number)!;
    const results = await session.run(inputs);
    return [...results, ...copies.map((i) => inputs[i]!)];
  },
  release({ session }) {
    sessions.get(session)?.session.release();
    sessions.delete(session);
    return Promise.resolve(null);
  },
};

async function answer<K extends CallName>({ name, ask }: Request<K>): Promise<Calls[K]['answer']> {
  return calls[name](ask);
}

/** The memory of arrays, which goes to the other thread instead of being copied. */
function buffersOf(result: Calls[CallName]['answer']): ArrayBuffer[] {
  return Array.isArray(result) ? result.map(({ buffer }) => buffer as ArrayBuffer) : [];
}

const gate = workerData as Gate;

parentPort!.on('message', (message) => {
  const { id } = message as Request;
  if (!enter(gate)) return; // the process ends
  answer(message as Request)
    .finally(() => {
      leave(gate);
    })
    .then(
      (result) => {
        parentPort!.postMessage({ id, answer: result } satisfies Reply, buffersOf(result));
      },
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        parentPort!.postMessage({ id, failure } satisfies Reply);
      },
    );
});
