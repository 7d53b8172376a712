import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "./deployment";

const { expertProgram }: { expertProgram(): Record<"index.js", string> } = require("../../judges/bench/run/expert");
const root = join(__dirname, "..", "..");
const immediate = { SLIPWAY_LOCAL_IMMEDIATE: "true" };

type Inputs = Record<string, unknown>;

/**
 * An object: an archive's name is random in one program and a hash of its content in another, which pass contents differently.
 */
const withoutContent = ({ source, content, name, __defaults, ...inputs }: Inputs) => inputs;

/** The mark by which a stack knows what it created: other programs have none. */
const mark = /"slipway-creation":"\w+",?|,?"description":"Created by slipway \(\w+\)\."/g;

/** What a program registers of the provider as a stack: the inputs of each resource by its type and ID. */
async function registered(program: Deployment, stack: string): Promise<Record<string, Inputs>> {
    await program.up(stack);
    const resources = (await program.exported(stack)).filter(({ id, type }) => id && type.startsWith("gcp:"));
    await program.remove();
    return Object.fromEntries(
        resources.map(({ type, id = "", inputs = {} }) => {
            const isObject = type === "gcp:storage/bucketObject:BucketObject";
            const key = isObject ? `${type} in ${inputs.bucket}` : `${type} ${id}`;
            const text = JSON.stringify(isObject ? withoutContent(inputs) : inputs)
                .replaceAll(mark, "")
                .replaceAll(',"labels":{}', "");
            return [key, JSON.parse(text.replaceAll(/"object":"[^"]+"/g, '"object":"the archive"'))];
        }),
    );
}

/** A program of the bench that uses the files of the platform, which is in another folder here. */
const withFiles = (program: string) =>
    program.replace(/`\$\{__dirname\}.*?`/, JSON.stringify(join(root, "examples", "platform")));

function raw(): Deployment {
    const program = new Deployment(join(root, "judges", "bench", "raw"), immediate);
    program.edit("index.ts", withFiles);
    return program;
}

const expert = () => {
    const files = expertProgram();
    return new Deployment({ ...files, "index.js": withFiles(files["index.js"]) }, immediate);
};

test.each(["dev", "prod"])(
    "the programs that the platform is compared with create the same resources as %s",
    async (stack) => {
        const platform = await registered(Deployment.platform(), stack);
        expect(Object.keys(platform)).toHaveLength(48);
        expect(await registered(raw(), stack)).toEqual(platform);
        expect(await registered(expert(), stack)).toEqual(platform);
    },
);

test("topics of the compared programs have the same inputs", async () => {
    const of = (how: string) =>
        registered(
            new Deployment(join(root, "judges", "bench", "resources"), {
                ...immediate,
                BENCH_HOW: how,
                BENCH_COUNT: "5",
            }),
            "dev",
        );
    const slipway = await of("slipway");
    expect(Object.keys(slipway)).toHaveLength(6);
    expect(await of("raw")).toEqual(slipway);
    expect(await of("bare")).toEqual(slipway);
});

test("the expert's program imports no whole module of the provider", () => {
    const { "index.js": program } = expertProgram();
    const imported = [...program.matchAll(/ = require\("(.*)"\)/g)].map(([, name]) => name);
    expect(imported.filter((name) => !/^@pulumi\/gcp\/(provider|\w+\/\w+)$/.test(name as string))).toEqual([
        "@pulumi/pulumi",
    ]);
    expect(readFileSync(join(root, "judges", "bench", "raw", "index.ts"), "utf8")).toContain(
        'import * as gcp from "@pulumi/gcp";',
    );
});
