import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

type Exports = Readonly<Record<string, string | { readonly types: string }>>;

const root = fileURLToPath(new URL('../packages/', import.meta.url));
const printer = ts.createPrinter({ removeComments: true });
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  strict: true,
  types: [],
};

/** The sources of the public entries: `@tesserajs/tensor/linalg` → `…/src/linalg.ts`. */
function entries(folder: string): Map<string, string> {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { name: string; exports: Exports };
  return new Map(
    Object.entries(manifest.exports).flatMap(([entry, target]) =>
      typeof target === 'string'
        ? []
        : [[manifest.name + entry.slice(1), folder + target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')]],
    ),
  );
}

/** A program of declarations, made of sources one by one: nothing has to be built before. */
function declarationProgram(folder: string, files: readonly string[]): ts.Program {
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version) => {
    if (!path.startsWith(folder)) return readSource(path, version);
    const { outputText } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
      compilerOptions: { ...options, stripInternal: true },
      fileName: path,
    });
    return ts.createSourceFile(path, outputText, version, true);
  };
  return ts.createProgram(files, options, host);
}

/** Prints what modules export, and what the declarations mention of these sources without exporting it. */
class Surface {
  readonly #checker: ts.TypeChecker;
  readonly #folder: string;
  readonly #exported = new Set<ts.Symbol>();
  readonly #mentioned = new Set<ts.Symbol>();

  constructor(program: ts.Program, folder: string) {
    this.#checker = program.getTypeChecker();
    this.#folder = folder;
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #declarations(symbol: ts.Symbol): readonly ts.Declaration[] {
    return (symbol.declarations ?? []).filter((node) => node.getSourceFile().fileName.startsWith(this.#folder));
  }

  #print(symbol: ts.Symbol): string[] {
    return this.#declarations(symbol).map((declaration) => {
      const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node)) {
          const found = this.#checker.getSymbolAtLocation(node);
          if (found !== undefined) this.#mention(this.#resolve(found));
        }
        ts.forEachChild(node, visit);
      };
      visit(statement);
      const text = printer.printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile());
      return text.replace(/^export (declare )?/, '').replace(/^declare /, '');
    });
  }

  #mention(symbol: ts.Symbol): void {
    const kinds = ts.SymbolFlags.Type | ts.SymbolFlags.Variable | ts.SymbolFlags.Function;
    const topLevel = this.#declarations(symbol).some((node) => {
      const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
      return ts.isSourceFile(statement.parent);
    });
    if (symbol.flags & kinds && topLevel) this.#mentioned.add(symbol);
  }

  /** One section per module, namespaces of it behind it. */
  module(title: string, symbol: ts.Symbol): string[] {
    const texts: string[] = [];
    const nested: string[] = [];
    const list = [...this.#checker.getExportsOfModule(symbol)].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of list) {
      const target = this.#resolve(entry);
      if (target.flags & ts.SymbolFlags.ValueModule) nested.push(...this.module(`${title}: ${entry.name}`, target));
      else {
        this.#exported.add(target);
        const renamed = entry.name === target.name ? [] : [`// ${target.name} as ${entry.name}`];
        texts.push(...renamed, ...this.#print(target));
      }
    }
    return [`## ${title}`, `\`\`\`ts\n${texts.join('\n')}\n\`\`\``, ...nested];
  }

  /** What is not exported but part of the surface, because something exported mentions it. */
  hidden(): string[] {
    const texts: string[] = [];
    const done = new Set<ts.Symbol>(this.#exported);
    for (const symbol of this.#mentioned) {
      if (done.has(symbol)) continue; // the set grows as declarations are printed
      done.add(symbol);
      texts.push(...this.#print(symbol));
    }
    return texts.length === 0 ? [] : ['## Not exported', `\`\`\`ts\n${texts.sort().join('\n')}\n\`\`\``];
  }
}

/** The whole public surface of a package as declarations without comments, sorted by name. */
export function apiSurface(name: string): string {
  const folder = `${root}${name}/`;
  const sources = entries(folder);
  const program = declarationProgram(`${folder}src/`, [...sources.values()]);
  const surface = new Surface(program, `${folder}src/`);
  const checker = program.getTypeChecker();
  const sections = [...sources].flatMap(([title, path]) =>
    surface.module(title, checker.getSymbolAtLocation(program.getSourceFile(path)!)!),
  );
  return `${[`# API of @tesserajs/${name}`, ...sections, ...surface.hidden()].join('\n\n')}\n`;
}
