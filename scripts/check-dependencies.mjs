// Proves that packages import only those they may, through public entries, without cycles, and that the pure ones run
// without Node. `node scripts/check-dependencies.mjs` prints what is wrong and exits with 1.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { root as repository } from './pnpm.mjs';

/** Which packages of ours each package's sources may import. Programs, benchmarks and docs may import any. */
export const mayImport = {
  tensor: [],
  onnx: ['tensor'],
  'backend-onnxruntime': ['tensor', 'onnx'],
  'backend-tfjs': ['tensor'],
  layers: ['tensor'],
  data: ['tensor'],
  zoo: ['tensor', 'layers', 'onnx', 'data'],
  generative: ['tensor', 'layers', 'data'],
  science: ['tensor', 'layers', 'data'],
  rl: ['tensor', 'layers', 'data'],
  hardware: ['tensor', 'layers', 'data'],
  boost: ['onnx'],
  search: [],
};

/** Packages that run wherever JavaScript does; Node's modules may be reached only from a `node` condition of theirs. */
export const pure = ['tensor', 'onnx', 'layers', 'data'];

const scope = '@tesserajs/';
const isTest = (file) => /\.(test|fixture)\.ts$/.test(file);

/**
 * Returns one line for each broken rule of the workspace in the folder `root`.
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkDependencies(root) {
  const workspace = readWorkspace(root);
  const modules = await readModules(root, workspace);
  return [
    ...workspace.flatMap(checkManifest),
    ...modules.flatMap((module) => checkImports(module, workspace)),
    ...checkCycles(modules),
    ...workspace.filter(({ folder }) => pure.includes(folder)).flatMap((one) => checkPortable(one, modules)),
  ];
}

/** `[{ folder: 'tensor', directory: 'packages/tensor', manifest }]` of packages and apps. */
function readWorkspace(root) {
  return ['packages', 'apps']
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) =>
      readdirSync(join(root, parent)).map((folder) => ({ folder, directory: `${parent}/${folder}` })),
    )
    .filter(({ directory }) => existsSync(join(root, directory, 'package.json')))
    .map((one) => ({ ...one, manifest: JSON.parse(readFileSync(join(root, one.directory, 'package.json'), 'utf8')) }));
}

/** The sources as dependency-cruiser sees them: `{ source, dependencies: [{ module, resolved, dependencyTypes }] }`. */
async function readModules(root, workspace) {
  const { output } = await cruise(
    workspace.map(({ directory }) => `${directory}/src`),
    {
      baseDir: root,
      doNotFollow: { path: ['node_modules', '/dist/'] },
      tsPreCompilationDeps: true,
      enhancedResolveOptions: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
      validate: true,
      ruleSet: {
        forbidden: [
          {
            name: 'cycle',
            severity: 'error',
            from: { path: '/src/', pathNot: '\\.(test|fixture)\\.ts$' },
            // Types are gone at run time: a cycle that needs one of their imports is none.
            to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
          },
        ],
      },
    },
  );
  return output.modules.filter(({ source }) => /^(packages|apps)\/[^/]+\/src\//.test(source));
}

/** The manifest names no package of ours that the sources may not import. */
function checkManifest({ folder, manifest }) {
  if (!(folder in mayImport)) {
    return manifest.private ? [] : [`${manifest.name}: is not in the table of scripts/check-dependencies.mjs`];
  }
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {})
      .filter((name) => name.startsWith(scope) && !mayImport[folder].includes(name.slice(scope.length)))
      .map((name) => `${manifest.name}: package.json has ${name} in ${kind}; ${allowed(folder)}`),
  );
}

function allowed(folder) {
  const names = mayImport[folder].map((name) => scope + name);
  return names.length === 0 ? 'it may import no package of ours' : `of ours it may import only ${names.join(', ')}`;
}

/** Imports between packages follow the table and go through public entries. */
function checkImports({ source, dependencies }, workspace) {
  const owner = workspace.find(({ directory }) => source.startsWith(`${directory}/src/`));
  return dependencies.flatMap(({ module, resolved }) => {
    if (module.startsWith('.')) {
      const target = posix.join(posix.dirname(source), module);
      if (target.startsWith(`${owner.directory}/`)) return [];
      return [`${source}: imports ${module}, a file of another package; import its public entry (${resolved})`];
    }
    const imported = workspace.find(({ manifest: { name } }) => module === name || module.startsWith(`${name}/`));
    if (imported === undefined) return [];
    const problems = [];
    const entry = `.${module.slice(imported.manifest.name.length)}`;
    if (!(entry in (imported.manifest.exports ?? {}))) {
      problems.push(`${source}: imports ${module}, which is no public entry of ${imported.manifest.name}`);
    }
    if (imported === owner) {
      problems.push(`${source}: imports its own package by name (${module}); import the file`);
    } else if (!isTest(source) && owner.folder in mayImport && !mayImport[owner.folder].includes(imported.folder)) {
      problems.push(`${source}: imports ${module}; ${allowed(owner.folder)}`);
    }
    return problems;
  });
}

/** No files import each other in a circle. Each circle is reported once. */
function checkCycles(modules) {
  const seen = new Set();
  return modules.flatMap(({ source, dependencies }) =>
    dependencies
      .filter(({ rules = [] }) => rules.some(({ name }) => name === 'cycle'))
      .flatMap(({ cycle }) => {
        const files = cycle.map(({ name }) => name);
        const key = [...new Set([source, ...files])].sort().join();
        if (seen.has(key)) return [];
        seen.add(key);
        return [`import cycle: ${[source, ...files].join(' → ')}`];
      }),
  );
}

/** No file that a portable entry of the package leads to imports a module of Node. */
function checkPortable({ directory, manifest }, modules) {
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const entries = [manifest.exports, manifest.imports]
    .flatMap(portableTargets)
    .map((target) => posix.join(directory, target.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')))
    .filter((source) => bySource.has(source));
  const reached = new Map(entries.map((source) => [source, [source]]));
  const problems = [];
  for (const [source, path] of reached) {
    for (const { module, protocol = '', resolved, dependencyTypes } of bySource.get(source).dependencies) {
      if (dependencyTypes.includes('type-only')) continue;
      if (isBuiltin(protocol + module)) {
        problems.push(`${source}: imports ${protocol}${module}, but is part of the portable entry ${path.join(' → ')}`);
      } else if (bySource.has(resolved) && !reached.has(resolved)) {
        reached.set(resolved, [...path, resolved]);
      }
    }
  }
  return problems;
}

/** The files of `exports` or `imports` that can be loaded elsewhere than in Node. */
function portableTargets(target) {
  if (typeof target === 'string') return [target];
  return Object.entries(target ?? {}).flatMap(([key, value]) => (key === 'node' ? [] : portableTargets(value)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = await checkDependencies(repository);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('dependencies: every import follows the rules');
}
