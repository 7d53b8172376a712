import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
    appEngineRuntimes,
    cloudSqlVersion,
    composerImages,
    type Day,
    type Engine,
    type FunctionRuntime,
    functionRuntimes,
} from "slipway/facts";
import * as appEngine from "../../../lib/appengine/runtimes";
import { defaultVersion, endOfSupport, resolveImage } from "../../../lib/composer/versions";
import * as functions from "../../../lib/functions/runtime";
import { detectRuntime } from "../../../lib/functions/source";
import { defaultVersions } from "../../../lib/sql/versions";

const today = process.env.SLIPWAY_LOCAL_DATE as string;

const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(day).toISOString().startsWith(day);

/** The dates in a table, by row and field. */
const daysOf = (rows: Record<string, object>) =>
    Object.entries(rows).flatMap(([id, row]) =>
        Object.entries(row)
            .filter(([field]) => !["system", "environments", "source"].includes(field))
            .map(([field, day]): [string, Day] => [`${id}.${field}`, day]),
    );

const tables = { appEngineRuntimes, functionRuntimes };

test.each(Object.entries(tables))("%s has a source and a date", (_, table) => {
    expect(table.source).toMatch(/^https:\/\/\S+$/);
    expect(isDay(table.checked)).toBe(true);
});

test.each(Object.entries(tables))("%s has only valid dates", (_, { rows }) => {
    const days = daysOf(rows);
    expect(days.length).toBeGreaterThan(40);
    expect(days.filter(([, day]) => !isDay(day))).toEqual([]);
});

test.each(Object.entries(tables))("%s names each runtime by language and version", (_, { rows }) => {
    const ids = Object.keys(rows);
    expect(ids.filter((id) => !/^(dotnet|go|java|nodejs|php|python|ruby)\d+$/.test(id))).toEqual([]);
});

test.each(Object.entries(tables))("%s lists the runtimes of a language from old to new", (_, { rows }) => {
    const number = (id: string) => {
        const [, language = "", digits = ""] = /^([a-z]+)(\d+)$/.exec(id) ?? [];
        // Go 1.9 is older than Go 1.10, as Node.js 8 is older than Node.js 10.
        return /^(dotnet|java|nodejs)$/.test(language)
            ? Number(digits)
            : Number(digits[0]) * 100 + Number(digits.slice(1));
    };
    const ids = Object.keys(rows);
    for (const language of ["dotnet", "go", "java", "nodejs", "php", "python", "ruby"]) {
        const versions = ids.filter((id) => id.replace(/\d+$/, "") === language).map(number);
        expect(versions.length).toBeGreaterThan(1);
        expect(versions).toEqual([...versions].sort((one, other) => one - other));
    }
});

test("a runtime of functions is decommissioned after it is deprecated", () => {
    const both = Object.entries(functionRuntimes.rows).flatMap(([id, row]) =>
        "deprecated" in row && "decommissioned" in row ? [{ id, ...row }] : [],
    );
    expect(both.length).toBeGreaterThan(10);
    expect(both.filter(({ deprecated, decommissioned }) => deprecated >= decommissioned)).toEqual([]);
});

test("a runtime of App Engine has an operating system while it can be deployed", () => {
    const without = Object.entries(appEngineRuntimes.rows).filter(([, row]) => !("system" in row));
    expect(without.length).toBeGreaterThan(0);
    expect(without.filter(([, row]) => !("supportEnds" in row) || row.supportEnds > today)).toEqual([]);
});

/** The texts of starters, the pages' examples and the README, by path; without what is migrated from, which runs on an older runtime. */
function examples(): [string, string][] {
    const root = join(__dirname, "../../..");
    const files = ["examples", "docs/examples"].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .filter(
                (file) =>
                    /(\.(ts|py|md|ya?ml|txt)|Dockerfile)$/.test(file) &&
                    !/node_modules|\.slipway|serverless\.yml$/.test(file),
            )
            .map((file) => join(folder, file)),
    );
    return [...files, "README.md"].map((file) => [file, readFileSync(join(root, file), "utf8")]);
}

/** The day on which the support of a version that an example names ends; undefined if that day is not announced. */
type Named = [version: string, end: Day | undefined];

const runtimeEnds = new Map<string, Day[]>();
for (const [id, row] of [...Object.entries(appEngineRuntimes.rows), ...Object.entries(functionRuntimes.rows)]) {
    const { supportEnds, deprecated, decommissioned } = row as FunctionRuntime & { supportEnds?: Day };
    const end = supportEnds ?? deprecated ?? decommissioned;
    runtimeEnds.set(id, [...(runtimeEnds.get(id) ?? []), ...(end ? [end] : [])]);
}

const runtimeOf = (id: string): Named => [id, [...(runtimeEnds.get(id) ?? ["1970-01-01" as const])].sort()[0]];

const runtimesIn = (text: string): Named[] =>
    [...text.matchAll(/\b(?:dotnet|go|java|nodejs|php|python|ruby)\d+\b/g)]
        .filter(([id]) => runtimeEnds.has(id))
        .map(([id]) => runtimeOf(id));

/** The languages of base images and of CI, which have the ends of the runtimes with the same version. */
const languagesIn = (text: string): Named[] =>
    [...text.matchAll(/\b(python|node|golang|ruby|php)(?::|-version: ["']?)(\d+)(?:\.(\d+))?/g)].map(
        ([, language = "", major = "", minor = ""]) =>
            runtimeOf(
                language === "node" ? `nodejs${major}` : `${language === "golang" ? "go" : language}${major}${minor}`,
            ),
    );

const composerImage = (version: string): Named => {
    const image = resolveImage(version);
    const isListed = Object.keys(composerImages.rows).some((id) => id.includes(`airflow-${image?.airflow}`));
    return [version, image && isListed ? endOfSupport(image) : "1970-01-01"];
};

/** Images of Cloud Composer and versions of Airflow; where an environment has none, the default image. */
const composerImagesIn = (text: string): Named[] => [
    ...[...text.matchAll(/\bcomposer-[23][\w.]*-airflow-[\d.]*\d(-build\.\d+)?/g)].map(([id]) => composerImage(id)),
    ...[...text.matchAll(/\bapache-airflow==([\d.]*\d)/g)].map(([, airflow]) =>
        composerImage(`composer-3-airflow-${airflow}`),
    ),
    ...[...text.matchAll(/\bnew ComposerEnvironment\(/g)].map(() => composerImage(defaultVersion)),
];

const databaseOf = (engine: Engine, version: string): Named => {
    const row = cloudSqlVersion(engine, version);
    return [`${engine} ${version}`, row ? (row.extended ?? row.ended) : "1970-01-01"];
};

/** Versions of databases in Cloud SQL, whose support ends when extended support starts; where an instance has none, the default version. */
const databasesIn = (text: string): Named[] => [
    ...[...text.matchAll(/\bnew CloudSqlInstance\("[^"]+", (\{.*?\})\);/gs)].map(([, args = ""]) => {
        const engine = (/\bengine: "(\w+)"/.exec(args)?.[1] ?? "postgres") as Engine;
        return databaseOf(engine, /\bversion: "([^"]+)"/.exec(args)?.[1] ?? defaultVersions[engine]);
    }),
    ...[...text.matchAll(/\b(POSTGRES|MYSQL)_(\d+(?:_\d+)*)\b/g)].map(([, engine = "", version = ""]) =>
        databaseOf(engine.toLowerCase() as Engine, version.replaceAll("_", ".")),
    ),
];

/** Google upgrades a cluster in a release channel: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels */
const namesClusterVersion = (text: string) =>
    /\b(minMasterVersion|masterVersion|nodeVersion|kubernetesVersion)\b|\b1\.\d\d\.\d+-gke\.\d+/.test(text);

const isEnding = ([, end]: Named): boolean =>
    end !== undefined && Date.parse(end) < Date.parse(today) + 60 * 86_400_000;

test.each<[string, (text: string) => Named[], string, string]>([
    ["runtimes", runtimesIn, 'runtime: "nodejs24"', 'runtime: "python310"'],
    ["languages", languagesIn, "FROM python:3.13-slim", 'node-version: "20"'],
    ["Composer images", composerImagesIn, "pip install apache-airflow==2.11.1", "composer-3-airflow-2.10.5-build.24"],
    [
        "Cloud SQL versions",
        databasesIn,
        'new CloudSqlInstance("a", { engine: "mysql" });',
        'new CloudSqlInstance("a", { engine: "mysql", version: "8.0" });',
    ],
])("%s in examples are in support for 60 days more", (_, find, good, bad) => {
    expect(find(good).map(isEnding)).toEqual([false]);
    expect(find(bad).map(isEnding)).toEqual([true]);
    const named = examples().flatMap(([file, text]) => find(text).map((each) => ({ file, each })));
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter(({ each }) => isEnding(each))).toEqual([]);
});

test("examples name no version of GKE, which a release channel changes", () => {
    expect(namesClusterVersion('minMasterVersion: "1.33"')).toBe(true);
    expect(examples().filter(([, text]) => namesClusterVersion(text))).toEqual([]);
    expect(examples().filter(([, text]) => /\bnew GkeCluster\(/.test(text)).length).toBeGreaterThan(1);
});

test.each(["main.py", "package.json", "go.mod"])("the runtime that is detected from %s causes no warning", (path) => {
    const files = [{ path, file: "/dev/null" }];
    const ofFunction = detectRuntime(files) as functions.Runtime;
    const ofService = appEngine.detectRuntime(files) as string;
    expect([ofFunction, ofService]).toEqual([expect.any(String), expect.any(String)]);
    expect(functions.lifecycleWarning(ofFunction)).toBeUndefined();
    expect(appEngine.lifecycleWarning(ofService)).toBeUndefined();
});

// https://docs.cloud.google.com/run/docs/runtimes/go names only months for versions since Go 1.26: the last day of the later month is the end.
test.each<[id: keyof typeof functionRuntimes.rows, deprecated: string, decommissioned: string]>([
    ["go124", "2026-09-02", "2027-03-02"],
    ["go125", "2026-10-01", "2027-04-01"],
    ["go126", "2027-03-31", "2027-09-30"],
    ["go127", "2027-09-30", "2028-03-31"],
])("%s of functions is deprecated on %s and decommissioned on %s", (id, deprecated, decommissioned) => {
    expect(functionRuntimes.rows[id]).toMatchObject({ deprecated, decommissioned });
});

describe("a warning of a runtime advises one that causes none, on each day on which something changes", () => {
    afterEach(() => jest.restoreAllMocks());

    test.each<[string, string[], Day[], (id: string) => string | undefined]>([
        [
            "functions",
            Object.keys(functionRuntimes.rows),
            daysOf(functionRuntimes.rows).map(([, day]) => day),
            (id) => functions.lifecycleWarning(id as functions.Runtime),
        ],
        [
            "App Engine",
            Object.keys(appEngineRuntimes.rows),
            daysOf(appEngineRuntimes.rows).map(([, day]) => day),
            appEngine.lifecycleWarning,
        ],
    ])("%s", (_, ids, days, warningOf) => {
        const now = jest.spyOn(Date, "now");
        let followed = 0;
        for (const day of new Set(days)) {
            now.mockReturnValue(Date.parse(day));
            for (const warning of ids.flatMap((id) => warningOf(id) ?? [])) {
                const [advice, advised = ""] =
                    /(?:Use (\w+)|Update slipway, which lists newer ones)\.$/.exec(warning) ?? [];
                expect(advice).toBeDefined();
                expect(advised === "" || (ids.includes(advised) && warningOf(advised) === undefined)).toBe(true);
                followed += advised === "" ? 0 : 1;
            }
        }
        expect(followed).toBeGreaterThan(100);
    });
});
