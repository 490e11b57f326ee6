import { transform } from 'sucrase';
import { errorLine, measureHeaderLines, sourceUrl, syntaxErrorLine } from './locate';
import type { Output } from './output';
import type { Failure } from './protocol';

type ModuleMap = Readonly<Record<string, () => Promise<unknown>>>;
type Require = (name: string) => unknown;
type Body = (require: Require, exports: object, output: Output) => Promise<void>;

interface SucraseError extends Error {
  loc?: { line: number; column: number };
}

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...text: string[]) => Body;

function build(code: string): Body {
  return new AsyncFunction('require', 'exports', 'output', code + sourceUrl);
}

/** TypeScript to JavaScript, line by line: imports become calls of `require`, types go. */
function toJavaScript(source: string): string {
  return transform(source, { transforms: ['typescript', 'imports'], production: true }).code;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `Uncaught ${String(error)}`;
}

/** A thrown value as the reader should see it. */
export async function toFailure(error: unknown): Promise<Failure> {
  const headerLines = await measureHeaderLines((body) => build(body) as () => Promise<unknown>);
  const line = errorLine(error, headerLines);
  return { message: describe(error), ...(line === undefined ? {} : { line }) };
}

async function compile(source: string): Promise<{ body: Body; code: string } | Failure> {
  let code: string;
  try {
    code = toJavaScript(source);
  } catch (error) {
    const { message, loc } = error as SucraseError;
    const text = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
    return { message: `SyntaxError: ${text}`, ...(loc ? { line: loc.line } : {}) };
  }
  try {
    return { body: build(code), code };
  } catch (error) {
    const line = await syntaxErrorLine(code);
    return { message: describe(error), ...(line === undefined ? {} : { line }) };
  }
}

/** Loads the modules that the code imports, so that `require` can hand them out at once. */
async function load(code: string, modules: ModuleMap, onLoading: (name: string) => void): Promise<Require> {
  const loaded = new Map<string, unknown>();
  for (const [, name = ''] of code.matchAll(/\brequire\('([^']+)'\)/g)) {
    const fetchModule = Object.hasOwn(modules, name) ? modules[name] : undefined;
    if (!fetchModule || loaded.has(name)) continue;
    onLoading(name);
    loaded.set(name, await fetchModule());
  }
  return (name) => {
    if (loaded.has(name)) return loaded.get(name);
    throw new Error(`cannot import '${name}' here; live examples can import ${Object.keys(modules).join(', ')}`);
  };
}

/** Compiles and runs one example to its end; `undefined` when all went well. */
export async function evaluate(
  source: string,
  {
    modules,
    output,
    onLoading,
    onStart,
  }: {
    modules: ModuleMap;
    output: Output;
    onLoading: (name: string) => void;
    onStart: () => void;
  },
): Promise<Failure | undefined> {
  const compiled = await compile(source);
  if ('message' in compiled) return compiled;
  try {
    const require = await load(compiled.code, modules, onLoading);
    onStart();
    await compiled.body(require, {}, output);
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}
