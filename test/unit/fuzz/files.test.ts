import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { holds, times } from "../../fuzz";
import { type Reader, readers } from "./readers";
import { repeatedLike } from "./repeated";
import { textsLike } from "./text";
import { tried } from "./tried";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

const avro: { Type: { forSchema(schema: unknown): { typeName: string } } } = require("avsc");

const root = join(__dirname, "..", "..", "..");

/** Checkouts of public repositories, whose files are read too. */
const { SLIPWAY_FUZZ_FILES } = process.env;

/** Where files are: those of installed packages, starters and pages, which others wrote or users copy, and those of checkouts. */
const folders = [
    // In a copy of the repository, packages are links.
    join(realpathSync(join(root, "node_modules", "typescript")), ".."),
    ...["examples", "docs/examples", "test"].map((folder) => join(root, folder)),
    ...(SLIPWAY_FUZZ_FILES?.split(",") ?? []),
];

/** Files of a kind that are read, of those that are there, evenly. */
const most = 100 * times;

/** Larger files take seconds to change. */
const largest = 100_000;

/** The readers by the names of files. A schedule, a filter and a column have no files of their own. */
const names: [RegExp, string][] = [
    [/^app\.yaml$/, "app.yaml of the standard environment"],
    [/^(cron|dispatch|queue)\.yaml$/, "$1.yaml"],
    [/^.*\.avsc$/, "an Avro schema"],
    [/^.*\.proto$/, "a Protocol Buffers schema"],
    [/^(.*\.)?Dockerfile([.-].*)?$/, "a Dockerfile"],
    [/^\.dockerignore$/, "a .dockerignore"],
    [/^\.gcloudignore$/, "a .gcloudignore"],
    [/^package\.json$/, "a package.json"],
    [/^requirements\.txt$/, "requirements of a training"],
    [/^Pulumi\.yaml$/, "a Pulumi.yaml"],
];

/** The reader of a file; undefined if there is none. */
function readerOf(file: string): string | undefined {
    const [pattern, reader] = names.find(([name]) => name.test(file)) ?? [];
    return pattern && file.replace(pattern, reader as string);
}

function filesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && readerOf(entry.name) !== undefined)
        .map(({ parentPath, name }) => join(parentPath, name))
        .filter((path) => statSync(path).size <= largest);
}

const found = folders.flatMap(filesIn);
const ofKind = (kind: string, count: number): string[] => {
    const all = found.filter((file) => readerOf(basename(file)) === kind);
    const step = Math.ceil(all.length / count);
    return all.filter((_, index) => index % step === 0);
};

const kinds = [...new Set(found.map((path) => readerOf(basename(path)) as string))].sort();

/** A file fails with its path. */
function each(kind: string, property: (text: string, reader: Reader) => void, count = most): void {
    for (const path of ofKind(kind, count)) {
        try {
            property(readFileSync(path, "utf8"), readers[kind] as Reader);
        } catch (error) {
            throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
        }
    }
}

test("packages, starters and pages have files that are read", () => {
    expect(found.length).toBeGreaterThan(500);
    expect(kinds).toEqual(expect.arrayContaining(["a Dockerfile", "a Protocol Buffers schema"]));
});

describe.each(kinds)("each file of others that is %s", (kind) => {
    test("is read or refused with its place", () => {
        each(kind, (text, reader) => void tried(reader, text));
    }, 600_000);

    test("is read or refused with its place after any change", () => {
        each(kind, (text, reader) => holds(textsLike([text]), 1, (changed) => void tried(reader, changed)));
    }, 1_200_000);

    test("is read or refused with its place in time, if a part is there many times", () => {
        const property = (text: string, reader: Reader) =>
            holds(repeatedLike([text]), 1, (long) => void tried(reader, long));
        each(kind, property, most / 10);
    }, 1_200_000);
});

test("an Avro schema is accepted if another reader accepts it, and it is a record", () => {
    each("an Avro schema", (text, reader) => {
        expect(tried(reader, text)).toBe(isRecord(text));
    });
});

function isRecord(text: string): boolean {
    try {
        return avro.Type.forSchema(JSON.parse(text)).typeName === "record";
    } catch {
        return false;
    }
}
