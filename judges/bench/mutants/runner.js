const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const TestRunner = require("jest-runner").default;
const { loaded } = require("../../../test/unit/runtime.js");
const switches = require("./switches.js");

/** In milliseconds. */
const slow = 2000;

/**
 * Runs the tests of the level `unit` for mutants, one after the other in one process: those that reach the mutant, until one fails.
 *
 * `SLIPWAY_MUTANTS` is a file with the mutants, each with its switch, the test files in their order, and the modules that are loaded with it.
 * `<file>.results` gets a line for each, also `{ began }` before: the next run continues after it. `<file>.reached` has which tests reach
 * which mutants, which the first run records.
 */
module.exports = class {
    isSerial = true;

    constructor(...given) {
        this.given = given;
    }

    async runTests(tests) {
        const { SLIPWAY_MUTANTS: path } = process.env;
        const byFile = new Map(tests.map((test) => [relative(test.context.config.rootDir, test.path), test]));
        const reached = `${path}.reached`;
        if (!existsSync(reached)) {
            const { mutants } = JSON.parse(readFileSync(path, "utf8"));
            writeFileSync(reached, JSON.stringify(await this.record(byFile, new Set(mutants.map((one) => one.name)))));
        }
        await this.mutate(byFile, JSON.parse(readFileSync(reached, "utf8")), path);
    }

    /** Which tests reach the mutants, with the milliseconds that each takes. */
    async record(byFile, names) {
        const tests = {};
        const onLoad = new Set();
        for (const [file, test] of byFile) {
            const started = [];
            Object.assign(switches, { only: undefined, hasFailed: false, loaded: onLoad, ran: new Set() });
            const outside = switches.ran;
            switches.onTest = (name) => {
                switches.ran = new Set();
                started.push({ name, ran: switches.ran });
            };
            switches.onTestEnd = (took) => {
                Object.assign(started.at(-1), { took });
                switches.ran = outside;
            };
            await this.run(test);
            if (switches.hasFailed) {
                throw new Error(`${file} fails without a mutant:\n${this.message ?? switches.error?.stack}`);
            }
            const ofMutants = (ran) => [...ran].filter((name) => names.has(name));
            // What runs outside of a test, such as before all of them, concerns all.
            const all = ofMutants(outside);
            tests[file] = started.map(({ name, took, ran }) => ({ name, took, ran: [...all, ...ofMutants(ran)] }));
        }
        Object.assign(switches, { loaded: undefined, ran: undefined, onTest: undefined, onTestEnd: undefined });
        return { tests, onLoad: [...onLoad].filter((name) => names.has(name)) };
    }

    async mutate(byFile, { tests, onLoad }, path) {
        const results = `${path}.results`;
        const lines = existsSync(results) ? readFileSync(results, "utf8").split("\n").filter(Boolean) : [];
        const done = new Set(lines.map((line) => JSON.parse(line).name));
        const note = (row) => appendFileSync(results, `${JSON.stringify(row)}\n`);
        for (const { name, files, modules } of JSON.parse(readFileSync(path, "utf8")).mutants) {
            if (done.has(name)) {
                continue;
            }
            note({ name, began: true });
            const isLoaded = onLoad.includes(name);
            const reload = () => {
                for (const module of isLoaded ? modules : []) {
                    loaded.delete(module);
                }
            };
            switches.on = name;
            reload();
            const reaching = files.flatMap((file) => {
                const own = (tests[file] ?? []).filter(({ ran }) => isLoaded || ran.includes(name));
                const took = own.reduce((sum, test) => sum + test.took, 0);
                return own.length > 0 ? [{ file, only: new Map(own.map((test) => [test.name, test.took])), took }] : [];
            });
            // Few mutants need the tests that take long, and these would take most of the time.
            reaching.sort((one, other) => Math.floor(one.took / slow) - Math.floor(other.took / slow));
            const failed = await this.firstFailure(byFile, reaching);
            switches.on = undefined;
            reload();
            note({ name, failed: failed ?? null, reaching: reaching.length });
        }
    }

    async firstFailure(byFile, reaching) {
        for (const { file, only } of reaching) {
            Object.assign(switches, { only, hasFailed: false });
            await this.run(byFile.get(file));
            if (switches.hasFailed) {
                return file;
            }
        }
    }

    async run(test) {
        const runner = new TestRunner(...this.given);
        // A file that does not load.
        runner.on("test-file-failure", ([, error]) => {
            switches.hasFailed = true;
            this.message = error.stack ?? error.message;
        });
        runner.on("test-file-success", ([, result]) => {
            this.message = result.failureMessage;
            switches.hasFailed ||= result.numFailingTests > 0 || result.testExecError !== undefined;
        });
        const watcher = { isInterrupted: () => false, isWatchMode: () => false };
        await runner.runTests([test], watcher, { serial: true });
    }
};
