import ts from 'typescript';

/**
 * What an example says of itself: `// → text` on a line of its own, or behind a call of console, is a line that it prints;
 * behind another statement it is the value of the expression or of the names that the statement declares.
 */
export interface Promises {
  readonly printed: readonly string[];
  /** Source text of values, in the order in which `expectValue` meets them. */
  readonly values: readonly string[];
  /** The example with a call `await expectValue(value, index)` for each of `values`. */
  readonly code: string;
}

const arrow = /\/\/ → (.*)$/;

/** The expression whose value a comment behind the statement tells; null when the statement prints. */
function promisedBy(statement: ts.Statement | undefined): ts.Node | null | undefined {
  if (statement === undefined) return undefined;
  if (ts.isExpressionStatement(statement)) {
    return /^console\./.test(statement.getText()) ? null : statement.expression;
  }
  // A pattern of names, such as [a, b] or { a, b }, is an expression too.
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]!.name : undefined;
}

/** Reads the promises of an example. Throws where a comment belongs to no statement. */
export function readPromises(code: string): Promises {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true);
  const lines = code.split('\n');
  const printed: string[] = [];
  const values: string[] = [];
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
  lines.forEach((line, number) => {
    const [whole, text] = arrow.exec(line) ?? [];
    if (whole === undefined) return;
    if (line.trim() === whole) {
      printed.push(text!);
      return;
    }
    const statement = file.statements.find((one) => lineOf(one.getEnd()) === number);
    const expression = promisedBy(statement);
    if (expression === undefined) throw new Error(`line ${number + 1}: nothing here has a value: ${line}`);
    if (expression === null) printed.push(text!);
    else {
      const call = `await expectValue(${expression.getText()}, ${values.length});`;
      const end = statement!.getEnd();
      if (ts.isExpressionStatement(statement!)) edits.push({ start: statement.getStart(), end, text: call });
      else edits.push({ start: end, end, text: ` ${call}` });
      values.push(text!);
    }
  });
  const edited = edits.reduceRight((source, { start, end, text }) => {
    return source.slice(0, start) + text + source.slice(end);
  }, code);
  return { printed, values, code: edited };
}
