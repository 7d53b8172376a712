import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

const page = readFileSync(join(__dirname, "../../docs/promotion.md"), "utf8");
const [, environments = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
const stackFile = (kind: string, name: string) =>
    `config:\n  gcp:project: acme-forecast-${name}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

/** The program of all environments, and in a separate stack the accounts that deploy them. */
const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
if (pulumi.getStack() === "foundation") {
    const { Provider } = require("@pulumi/gcp/provider");
    const { Service } = require("@pulumi/gcp/projects/service");
    const { Account } = require("@pulumi/gcp/serviceaccount/account");
    for (const name of ["staging", "prod"]) {
        const provider = new Provider(name, { project: "acme-forecast-" + name });
        const api = new Service(name, { service: "iam.googleapis.com", disableOnDestroy: false }, { provider });
        new Account(name, { accountId: name + "-deployer" }, { provider, dependsOn: [api] });
    }
} else {
    const { Environment, ServerlessFunction } = require("slipway");
    new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
    new ServerlessFunction("record", { source: "./record", trigger: { schedule: "0 3 * * *" } });
    exports.release = Environment.current().release;
}
`;

const code = (name: string, version: number) => `def ${name}(request):\n    return 'version ${version}'\n`;

const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

describe("code that is promoted from dev to staging to prod", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": `name: forecast\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n${environments}`,
        "Pulumi.foundation.yaml": "config:\n  gcp:project: acme-forecast-foundation\n",
        "Pulumi.dev.yaml": stackFile("development", "dev"),
        "Pulumi.staging.yaml": stackFile("staging", "staging"),
        "Pulumi.prod.yaml": stackFile("production", "prod"),
        "package.json": '{ "name": "forecast", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    for (const name of ["predict", "record"]) {
        mkdirSync(deployment.file(name));
        writeFileSync(deployment.file(`${name}/main.py`), code(name, 1));
    }
    afterAll(() => deployment.remove());

    const checkOut = (version: number) => {
        deployment.edit("predict/main.py", () => code("predict", version));
    };
    /** The error of a failing command. */
    const refused = async (...args: string[]) => {
        const { code, output } = await deployment.run(args);
        expect(code).not.toBe(0);
        return new Set(output.split("\n").flatMap((line) => /ServerlessFunction ".*/.exec(line)?.[0] ?? []));
    };
    const inProject = (name: string) => deployment.existing(`acme-forecast-${name}`);
    /** The projects of the other environments, with their resources. */
    const others = () => deployment.resources().filter(({ project }) => project !== "acme-forecast-dev");
    /** The bytes of a function's source archive, from the cloud's disk. */
    const archiveIn = (name: string, component: string) => {
        const { buildConfig } = Object(
            deployment.cloud.resource(`acme-forecast-${name}/locations/europe-west1/functions/${component}`).properties,
        );
        const { bucket, object } = buildConfig.source.storageSource;
        expect(bucket).toBe(`acme-forecast-${name}-${component}-source`);
        const { store } = cloudOf(deployment.place);
        const bytes = store.content(
            store.read(`//storage.googleapis.com/buckets/${bucket}/objects/${object}`)?.content ?? "",
        );
        expect(object).toBe(`${sha256(bytes).replace("sha256:", "")}.zip`);
        return bytes;
    };
    const release = async (stack: string) =>
        JSON.parse((await deployment.run(["stack", "output", "release", "-s", stack, "--json"])).output);
    /** The errors for code that did not run in an environment, with or without a bucket for its records. */
    const unknown = (from: string, to: string, names: string[], hasBucket = true) => {
        const where = `has not run in ${from}, which ${to} takes its code from`;
        const bucket = `, because there is no bucket acme-forecast-${from}-forecast-releases`;
        const first = `Run 'pulumi up -s ${from}' with this code first`;
        const others = ", or check out the commit that runs there";
        const [why, how, id] = hasBucket
            ? ["", `${first}${others}`, "environment/not-promoted"]
            : [bucket, first, "environment/releases-bucket-missing"];
        return new Set(
            names.map((name) => {
                const got = "\\(got archive [0-9a-f]{12}…\\)";
                return expect.stringMatching(
                    `^ServerlessFunction "${name}": source: ${where}${why} ${got}\\. ${how}\\. \\[${id}\\]$`,
                );
            }),
        );
    };
    const both = ["predict", "record"];

    test("is refused before it ran in the previous environment, and nothing of it is created", async () => {
        // The raw program does not wait for its API.
        await deployment.up("foundation", { SLIPWAY_LOCAL_IMMEDIATE: "true" });
        const refusals = await refused("up", "-s", "staging", "--yes", "--skip-preview");
        expect(refusals).toEqual(unknown("dev", "staging", both, false));
        expect(inProject("staging").filter((each) => /predict|record/.test(each))).toEqual([]);
        await deployment.up("dev");
        expect(await refused("preview", "-s", "prod")).toEqual(unknown("staging", "prod", both));
    });

    test("is promoted unchanged, even if dev has changed since", async () => {
        checkOut(2);
        expect((await deployment.preview("dev")).filter((step) => !step.includes("predict"))).toEqual([]);
        await deployment.up("dev");
        checkOut(1);
        await deployment.up("staging");
        await deployment.up("prod");

        const digests = await release("prod");
        expect(await release("staging")).toEqual(digests);
        expect((await release("dev")).record).toEqual(digests.record);
        expect((await release("dev")).predict).not.toEqual(digests.predict);
        const archives = (name: string) => ["dev", "staging", "prod"].map((each) => archiveIn(each, name));
        const [dev, staging, prod] = archives("predict");
        expect(staging).toEqual(prod);
        expect(dev).not.toEqual(prod);
        expect(new Set(archives("record").map(sha256))).toEqual(new Set([digests.record.archive]));
        expect(sha256(prod as Buffer)).toBe(digests.predict.archive);
    });

    test("can be read by the accounts that deploy the next environment, and by no others", () => {
        const notes = (name: string) => inProject(name).filter((each) => each.includes("forecast-releases/"));
        const viewer = (of: string, to: string) =>
            `BucketIAMMember b/acme-forecast-${of}-forecast-releases/roles/storage.objectViewer/serviceAccount:${to}-deployer@acme-forecast-${to}.iam.gserviceaccount.com`;
        expect([notes("dev"), notes("staging"), notes("prod")]).toEqual([
            [viewer("dev", "staging")],
            [viewer("staging", "prod")],
            [],
        ]);
    });

    test("can be restored in dev, where a second up then changes nothing", async () => {
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace BucketObject predict-archive",
            "replace BucketObject predict-release",
            "update Function predict",
        ]);
        for (const stack of ["dev", "staging", "prod"]) {
            expect([stack, await deployment.again(stack)]).toEqual([stack, { unchanged: expect.any(Number) }]);
        }
        const notes = inProject("dev").filter((each) => each.startsWith("BucketObject") && each.includes("-releases-"));
        expect(notes.map((each) => /releases-(\w+)/.exec(each)?.[1])).toEqual(["predict", "predict", "record"]);
    });

    test("is refused if a different version ran", async () => {
        checkOut(3);
        expect(await refused("preview", "-s", "staging")).toEqual(unknown("dev", "staging", ["predict"]));
        checkOut(2);
        expect(await deployment.preview("staging")).toEqual([
            "replace BucketObject predict-archive",
            "replace BucketObject predict-release",
            "update Function predict",
        ]);
    });

    test("keeps running when dev is destroyed, without references from other projects", async () => {
        const before = others();
        expect(before.length).toBeGreaterThan(50);
        await deployment.destroy("dev");
        expect(others()).toEqual(before);
        expect(inProject("dev").filter((each) => !/^([a-z]|Service )/.test(each))).toEqual([]);
    });

    test("can be redeployed without dev if it ran, and is refused if it did not", async () => {
        expect(await refused("preview", "-s", "staging")).toEqual(unknown("dev", "staging", ["predict"], false));
        checkOut(1);
        deployment.edit("index.js", (text) => text.replace("http: {} }", 'http: {} }, memory: "1Gi"'));
        expect(await deployment.preview("staging")).toEqual(["update Function predict"]);
        expect(await deployment.preview("prod")).toEqual(["update Function predict"]);
        expect(await deployment.up("prod")).toMatchObject({ updated: 1 });
    });

    test("keeps its records when the bucket is handed to the program that creates the project", async () => {
        const recorded = (name: string) => inProject(name).filter((each) => /^Bucket(Object)? .*-releases/.test(each));
        const before = [recorded("staging"), recorded("prod")];
        expect(before.map((all) => all.length)).toEqual([3, 3]);
        deployment.edit("Pulumi.yaml", (text) =>
            text.replace(/( +)promotes: .*/g, (line, space) => {
                const name = line.endsWith("dev") ? "staging" : "prod";
                return `${line}\n${space}releases: acme-forecast-${name}-forecast-releases`;
            }),
        );
        await deployment.up("staging");
        // Production protects what it creates, but not what it hands over.
        await deployment.up("prod");
        for (const stack of ["staging", "prod"]) {
            expect([stack, await deployment.again(stack)]).toEqual([stack, { unchanged: expect.any(Number) }]);
        }
        await deployment.destroy("staging");
        expect([recorded("staging"), recorded("prod")]).toEqual(before);
        expect(await deployment.preview("staging")).toEqual(expect.arrayContaining(["create Function predict"]));
    });
});
