// A vitest reporter: counts and times of the tests of each package, as JSON in the file that TESSERA_PACKAGE_TIMES names.
import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { root } from './pnpm.mjs';

export default class PackageTimes {
  onTestRunEnd(modules, unhandledErrors) {
    const packages = {};
    for (const module of modules) {
      const path = relative(root, module.moduleId).split(sep);
      const directory = path.slice(0, ['packages', 'apps'].includes(path[0]) ? 2 : 1).join('/');
      const entry = (packages[directory] ??= { passed: 0, failed: 0, skipped: 0, seconds: 0 });
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        entry[state] = (entry[state] ?? 0) + 1;
      }
      // A file that cannot be loaded has no tests of its own to count.
      if (module.errors().length > 0) entry.failed += 1;
      const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
        module.diagnostic();
      entry.seconds += (environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration) / 1000;
    }
    const file = process.env.TESSERA_PACKAGE_TIMES;
    if (file) writeFileSync(file, JSON.stringify({ packages, unhandledErrors: unhandledErrors.length }));
  }
}
