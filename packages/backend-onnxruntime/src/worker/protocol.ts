import type { HostArray } from '@tesserajs/tensor';
import type { BlockModel } from '../channel-block.js';
import type { OutputPath, ProbeModels } from '../output-path.js';
import type { Provider } from '../providers.js';
import type { SessionPlan, SessionSettings } from '../session-plan.js';

/** What the worker can be asked for, and what it answers. */
export interface Calls {
  /** Tries a provider; gives the fastest way of getting results. */
  readonly probe: {
    readonly ask: { readonly provider: Provider; readonly models: ProbeModels };
    readonly answer: OutputPath;
  };
  /** How many channels lie together in direct convolutions; null where there are none. */
  readonly channelBlock: { readonly ask: { readonly models: readonly BlockModel[] }; readonly answer: number | null };
  /** Creates a session; gives its number. */
  readonly create: {
    readonly ask: { readonly plan: SessionPlan; readonly settings: SessionSettings };
    readonly answer: number;
  };
  /** Gives the results, and after them the inputs that are not donated: their memory serves again. */
  readonly run: {
    readonly ask: { readonly session: number; readonly inputs: readonly HostArray[] };
    readonly answer: HostArray[];
  };
  readonly release: { readonly ask: { readonly session: number }; readonly answer: null };
}

export type CallName = keyof Calls;

/** A message to the worker. */
export interface Request<K extends CallName = CallName> {
  readonly id: number;
  readonly name: K;
  readonly ask: Calls[K]['ask'];
}

/** A message from the worker; of an error, its text. */
export type Reply = { readonly id: number } & (
  { readonly answer: Calls[CallName]['answer'] } | { readonly failure: string }
);
