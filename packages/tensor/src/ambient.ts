import { DuplicatePackageError } from './errors.js';
import type { Backend } from './execution/backend.js';
import type { ScopeState } from './execution/memory-scope.js';
import type { Node } from './graph/node.js';
import type { Trace } from './graph/trace.js';

/** The version of this package. */
export const version = '0.1.0';

/** What `debug` has switched on. */
export interface DebugState {
  /** Compiled functions run as they are. */
  compileDisabled: boolean;
  /** Evaluations look for what makes NaN, or NaN and infinities; null: for nothing. */
  nonFinite: 'NaN' | 'NaN and Infinity' | null;
  /** Nodes record the line of the user's code that made them. */
  origins: boolean;
  /** Random keys that are used twice are reported. */
  keys: boolean;
  /** Where `debug.print` writes. */
  printer: (text: string) => void;
  /** Called before each operation of the reference backend; what it returns is called after it. */
  observer: ((node: Node) => () => void) | null;
}

/** State that all code in one program shares. */
export interface Ambient {
  readonly version: string;
  readonly url: string;
  /** Traces in progress, outermost first. */
  readonly traces: Trace[];
  /** The backend that evaluations use; null until one is set: the reference backend. */
  backend: Backend | null;
  /** True inside withBackend: even tiny graphs run on the backend. */
  backendPinned: boolean;
  readonly debug: DebugState;
  /** True inside withoutOptimizations. */
  optimizationsDisabled: boolean;
  /** The memory scope that began last and has not ended. */
  memoryScope: ScopeState | null;
}

const key: unique symbol = Symbol.for('@tesserajs/tensor') as never;

function initialize(): Ambient {
  const globals = globalThis as { [key]?: Ambient };
  const url = import.meta.url;
  const present = globals[key];
  if (present !== undefined && present.url !== url) {
    throw new DuplicatePackageError(
      `@tesserajs/tensor is loaded twice: ${present.version} from ${present.url} and ${version} from ${url}; ` +
        'two copies cannot share tensors: make one version satisfy all packages (npm ls @tesserajs/tensor, then npm dedupe)',
    );
  }
  const debug: DebugState = {
    compileDisabled: false,
    nonFinite: null,
    origins: false,
    keys: false,
    printer: (text) => {
      console.log(text);
    },
    observer: null,
  };
  const state: Ambient = {
    version,
    url,
    traces: [],
    backend: null,
    backendPinned: false,
    debug,
    memoryScope: null,
    optimizationsDisabled: false,
  };
  globals[key] = state;
  return state;
}

/** The state of this program. */
export const ambient: Ambient = initialize();
