import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { yaml } from "../../local/machine/yaml";

/** What the library promises. */
export interface Promised {
    id: string;
    promise: string;
    /** The beginnings of the paths of the tests that see it hold. */
    tests: string[];
    /** What is not promised. */
    limits: string;
}

/** A line of a file with results of tests, a file each (`test/summary.js`). */
interface TestFile {
    date: string;
    file: string;
    passed: number;
    failed: number;
}

/** A line of a file with results of failing calls (`test/extended/everyFault.test.ts`). */
interface FaultCase {
    date: string;
    program: string;
    /** What failed, by how, in each phase. */
    answers: Record<string, Record<string, string[]>>;
}

/** A line of a file with results of other versions (`judges/versions/main.mjs`). */
interface Version {
    date: string;
    version: string;
    tests: number;
    /** What fails only with this version. */
    differs: string[];
}

type Result = TestFile | FaultCase | Version;

/** Results of whole runs, by the ID of a promise, and by the version. */
export interface Figures {
    tests: Record<string, { date: string; files: number; passed: number; failed: number }>;
    faults?: { date: string; cases: number; programs: number; answers: Record<string, Record<string, number>> };
    versions?: Record<string, Omit<Version, "version">>;
}

export const promises = (docs: string): Promised[] =>
    yaml().parse(readFileSync(join(docs, "promises.yaml"), "utf8")) as Promised[];

const fileOf = (docs: string) => join(docs, "figures.json");

export function figures(docs: string): Figures {
    return existsSync(fileOf(docs)) ? JSON.parse(readFileSync(fileOf(docs), "utf8")) : { tests: {} };
}

export const sees = ({ tests }: Promised, file: string): boolean => tests.some((start) => file.startsWith(start));

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const lastDate = (results: Result[]) =>
    results
        .map(({ date }) => date)
        .sort()
        .at(-1) as string;

/** The file of figures with new results, which take the place of older ones of their kind. */
export function newFigures(docs: string, files: string[]): [file: string, text: string] {
    const results = files.flatMap((file): Result[] =>
        readFileSync(file, "utf8")
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
    );
    const found = figures(docs);
    const tests = results.filter((each): each is TestFile => "file" in each);
    const cases = results.filter((each): each is FaultCase => "answers" in each);
    const versions = results.filter((each): each is Version => "version" in each);
    for (const each of tests.length > 0 ? promises(docs) : []) {
        const ofPromise = tests.filter(({ file }) => sees(each, file));
        found.tests[each.id] = {
            date: lastDate(tests),
            files: ofPromise.length,
            passed: sum(ofPromise.map(({ passed }) => passed)),
            failed: sum(ofPromise.map(({ failed }) => failed)),
        };
    }
    if (cases.length > 0) {
        found.faults = faults(cases);
    }
    if (versions.length > 0) {
        found.versions = Object.fromEntries(versions.map(({ version, ...figure }) => [version, figure]));
    }
    return [fileOf(docs), `${JSON.stringify(found, null, 4)}\n`];
}

function faults(cases: FaultCase[]): Figures["faults"] {
    const answers: Record<string, Record<string, number>> = {};
    const all = cases.flatMap((each) => Object.entries(each.answers));
    for (const [phase, ofPhase] of all) {
        for (const [answer, calls] of Object.entries(ofPhase)) {
            answers[answer] = { ...answers[answer], [phase]: (answers[answer]?.[phase] ?? 0) + calls.length };
        }
    }
    const programs = new Set(cases.map(({ program }) => program));
    return { date: lastDate(cases), cases: cases.length, programs: programs.size, answers };
}

const number = (value = 0) => value.toLocaleString("en-US");

/** A table of what is promised, how many tests see it hold, and what is not promised. */
export function promiseTable(docs: string): string {
    const { tests } = figures(docs);
    const rows = promises(docs).map(({ id, promise, tests: paths, limits }) => {
        const { passed = 0, failed = 0, date = "never" } = tests[id] ?? {};
        const count = failed > 0 ? `${number(passed)}, ${number(failed)} failed` : number(passed);
        const seen = paths.map((path) => `\`${path.replace(/^test\//, "")}\``).join(", ");
        return `| ${[promise, limits, seen, count, date].map((cell) => cell.trim()).join(" | ")} |`;
    });
    return ["| what holds | what does not | tests | passed | on |", "|---|---|---|--:|---|", ...rows].join("\n");
}

/** What each answer of the table of failing calls means, in its order. */
const answers: Record<string, string> = {
    403: "answer 403",
    404: "answer 404",
    409: "answer 409",
    429: "answer 429",
    500: "answer 500",
    503: "answer 503",
    cut: "the connection ends before the call takes effect",
    drop: "the connection ends after the call took effect",
    break: "the operation fails after the resource exists",
    kill: "the provider is killed before the call takes effect",
    lose: "the provider is killed after the call took effect",
    killPulumi: "Pulumi is killed",
};

/** A table of how calls failed, and how many. */
export function faultTable(docs: string): string {
    const { faults } = figures(docs);
    if (faults === undefined) {
        throw new Error("docs/figures.json has no failing calls: run 'npm run test:faults', then 'npm run figures'");
    }
    const rows = Object.entries(answers).map(([answer, meaning]) => {
        const cells = ["create", "update", "delete"].map((phase) => number(faults.answers[answer]?.[phase]));
        return `| ${[meaning, ...cells].join(" | ")} |`;
    });
    return [
        `${number(faults.cases)} cases of ${faults.programs} programs, until ${faults.date}:`,
        "",
        "| failure | at creations | at updates | at deletions |",
        "|---|--:|--:|--:|",
        ...rows,
    ].join("\n");
}

/** A table of what differs with other versions of packages and of Node.js. */
export function versionTable(docs: string): string {
    const { versions = {} } = figures(docs);
    const rows = Object.entries(versions).map(
        ([version, { tests, differs, date }]) =>
            `| \`${version}\` | ${number(tests)} | ${differs.join("<br>") || "nothing"} | ${date} |`,
    );
    return ["| version | tests | what fails only with it | on |", "|---|--:|---|---|", ...rows].join("\n");
}
