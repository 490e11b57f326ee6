const SOURCE_NAME = 'example.ts';

/** Added to the code so that stack traces name the example. */
export const sourceUrl = `\n//# sourceURL=${SOURCE_NAME}`;

/** The first line of the example in a stack trace, counted as the engine counts it. */
function lineInStack(stack: string | undefined): number | undefined {
  const match = /example\.ts:(\d+)/.exec(stack ?? '');
  return match ? Number(match[1]) : undefined;
}

/** The line of the example that an error came from, or undefined when none is on the stack. */
export function errorLine(error: unknown, headerLines: number): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const line = lineInStack(error.stack);
  return line === undefined ? undefined : line - headerLines;
}

/** How many lines the engine puts before the body of a function made from text: engines differ. */
export async function measureHeaderLines(build: (body: string) => () => Promise<unknown>): Promise<number> {
  try {
    await build(`throw new Error()${sourceUrl}`)();
  } catch (error) {
    return (lineInStack((error as Error).stack) ?? 1) - 1;
  }
  return 0;
}

/**
 * The line of a syntax error. A SyntaxError carries no position, but the error event of a script that does not parse
 * does; the text is only offered to a worker after it failed to parse, so that it never runs there.
 */
export function syntaxErrorLine(body: string): Promise<number | undefined> {
  const url = URL.createObjectURL(new Blob([`async()=>{${body}\n}`], { type: 'text/javascript' }));
  const parser = new Worker(url);
  return new Promise<number | undefined>((resolve) => {
    const patience = setTimeout(() => resolve(undefined), 2000);
    parser.onerror = (event): void => {
      event.preventDefault();
      clearTimeout(patience);
      resolve(event.lineno > 0 ? event.lineno : undefined);
    };
  }).finally(() => {
    parser.terminate();
    URL.revokeObjectURL(url);
  });
}
