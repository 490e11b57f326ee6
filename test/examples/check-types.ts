import ts from 'typescript';
import { compilerOptions, sourceProgram } from './docstrings.js';
import type { Example } from './example.js';

/** What the compiler says of each example, in one program of all of them: `line 2: …`, empty where they are right. */
export function checkTypes(examples: readonly Example[]): string[][] {
  const files = new Map(
    examples.map(({ directory, language, code }, i) => [
      `${directory}example-${i}.${language}`,
      `${code}\nexport {};\n`,
    ]),
  );
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.readFile = (path) => files.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, version, ...rest)
      : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...files.keys()], compilerOptions, host, sourceProgram);
  return Array.from(files.keys(), (path) => {
    const file = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start, messageText }) =>
        `line ${file.getLineAndCharacterOfPosition(start!).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}
