import ts from 'typescript';
import { publicPackages, root, type PublicPackage } from './entries.js';
import type { Example } from './example.js';

/** How examples are checked: as in a strict program of a user. */
export const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  allowJs: true,
  noEmit: true,
  skipLibCheck: true,
  paths: Object.fromEntries(
    publicPackages.flatMap(({ entries }) => Array.from(entries, ([entry, source]) => [entry, [source]])),
  ),
};

/** The sources of all packages. */
export const sourceProgram: ts.Program = ts.createProgram(
  publicPackages.flatMap(({ entries }) => [...entries.values()]),
  compilerOptions,
);

const checker = sourceProgram.getTypeChecker();

function resolve(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function exportsOf(source: string): ts.Symbol[] {
  return checker.getExportsOfModule(checker.getSymbolAtLocation(sourceProgram.getSourceFile(source)!)!);
}

/** The code of the `@example` tags of a declaration. */
function examplesOf(node: ts.Node): string[] {
  return ts
    .getJSDocTags(node)
    .filter((tag) => tag.tagName.text === 'example')
    .flatMap((tag) => {
      const text = ts.getTextOfJSDocComment(tag.comment) ?? '';
      return Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!);
    });
}

/** Declarations at the top of a file, and the members of classes and interfaces. */
function declarationsIn(file: ts.SourceFile): ts.NamedDeclaration[] {
  return file.statements.flatMap((statement): ts.NamedDeclaration[] => {
    if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations];
    if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
      return [statement, ...statement.members];
    }
    return ts.isFunctionDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? [statement] : [];
  });
}

/**
 * Imports what an example mentions and does not declare, from the entries of its package and then from tensor: docstrings
 * leave imports out.
 */
function withImports(code: string, own: PublicPackage): string {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true);
  const mentioned = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const declares = (ts.isBindingElement(parent) || ts.isVariableDeclaration(parent)) && parent.name === node;
      if (declares || (ts.isClassDeclaration(parent) && parent.name === node)) declared.add(node.text);
      else if (!(ts.isPropertyAccessExpression(parent) && parent.name === node)) mentioned.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const tensor = publicPackages.find(({ folder }) => folder === 'tensor')!;
  const lines: string[] = [];
  for (const [entry, source] of [...own.entries, ...tensor.entries]) {
    const names = exportsOf(source)
      .map(({ name }) => name)
      .filter((name) => mentioned.has(name) && !declared.has(name));
    for (const name of names) declared.add(name);
    if (names.length > 0) lines.push(`import { ${names.join(', ')} } from '${entry}';`);
  }
  return `${lines.join(' ')}\n${code}`;
}

/** The examples in the docstrings of a package, with the imports that they leave out on their first line. */
export function docstringExamples(one: PublicPackage): Example[] {
  const directory = `${root}packages/${one.folder}/`;
  return sourceProgram
    .getSourceFiles()
    .filter((file) => file.fileName.startsWith(`${directory}src/`))
    .flatMap(declarationsIn)
    .flatMap((node) =>
      examplesOf(node).map((code): Example => {
        const file = node.getSourceFile().fileName.slice(root.length);
        const name = node.name?.getText() ?? '';
        return { title: `${file}: ${name}`, directory, language: 'ts', code: withImports(code, one) };
      }),
    );
}

/** Public functions and classes of a package whose docstrings have no example, sorted. */
export function withoutExample({ entries }: PublicPackage): string[] {
  const missing = new Map<string, string | null>();
  const shown = new Set<ts.Symbol>();
  const shownNames = new Set<string>();
  const visit = (list: readonly ts.Symbol[], prefix: string): void => {
    for (const entry of list) {
      const symbol = resolve(entry);
      if (symbol.flags & ts.SymbolFlags.ValueModule) {
        visit(checker.getExportsOfModule(symbol), `${prefix}${entry.name}.`);
      } else if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class) && !shown.has(symbol)) {
        shown.add(symbol);
        if (symbol.declarations!.some((node) => examplesOf(node).length > 0)) {
          shownNames.add(prefix + entry.name);
        } else {
          missing.set(prefix + entry.name, makerOf(symbol));
        }
      }
    }
  };
  for (const source of entries.values()) visit(exportsOf(source), '');
  // A class that a function makes is shown by the example of that function.
  return [...missing].flatMap(([name, maker]) => (maker !== null && shownNames.has(maker) ? [] : [name])).sort();
}

/** The function that a class is made by, as its docstring says. */
function makerOf(symbol: ts.Symbol): string | null {
  const text = symbol.declarations!.map((node) => node.getFullText().slice(0, node.getLeadingTriviaWidth())).join('');
  return /made by \{@link (\w+)\}/.exec(text)?.[1] ?? null;
}
