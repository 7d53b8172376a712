import * as pulumi from "@pulumi/pulumi";
import { Environment, PubSubTopic, ServerlessFunction } from "slipway";
import { promoted, promotedBuild, published } from "../../../lib/environment/promotion";
import { valueIfKnown } from "../../../lib/internal/engine/pulumiSdk";
import { inChild } from "../child";
import { everything } from "../everything";
import { answeringFolder } from "../folders";
import { hash, source } from "../predicting";
import { environments, predicting, stack, storage } from "../promotion.programs";
import { identified, registered, registeredOptions, rejection } from "../registered";

const program = () => predicting(source);
const image = `sha256:${"12".repeat(32)}`;

/** The resources of a stack for promotion. */
const ofReleases = (made: Record<string, object>) =>
    Object.fromEntries(Object.entries(made).filter(([key]) => key.includes("release")));

const noted = (component: string, kind: string, digest: string, name: string) => {
    return { component, kind, digest: `sha256:${digest}`, stack: name, program: "slipway" };
};

const note = (name: string, digest = hash, kind = "archive", component = "predict") => ({
    [`BucketObject ${component}-release`]: {
        bucket: `acme-${name}-slipway-releases`,
        name: `${component}/${digest}.json`,
        content: { secret: `${JSON.stringify(noted(component, kind, digest, name), undefined, 2)}\n` },
        contentType: "application/json",
    },
});

const releases = (name: string, forceDestroy = true) => ({
    "Bucket releases": {
        name: `acme-${name}-slipway-releases`,
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
        forceDestroy,
    },
});

const admitted = (name: string, follower: string, project: string) => ({
    [`BucketIAMMember releases-${follower}`]: {
        bucket: `acme-${name}-slipway-releases`,
        role: "roles/storage.objectViewer",
        member: `serviceAccount:deployer@${project}.iam.gserviceaccount.com`,
    },
});

test("an environment without promotion records nothing, whatever others do", async () => {
    const alone = { ...environments, alice: "acme-alice" };
    const config = { "gcp:project": "acme-alice", "slipway:environments": JSON.stringify(alone) };
    expect(ofReleases(await registered(program, { name: "alice", config, environment: true }))).toEqual({});
});

test("each component with code or images records them, by their digests", async () => {
    const folder = answeringFolder();
    const made = await registered(() => everything(folder), { ...stack("dev"), environment: true });
    const notes = Object.entries(ofReleases(made)).filter(([key]) => key.startsWith("BucketObject "));
    const recorded = notes.map(([key, object]) => [
        key,
        JSON.parse((object as { content: { secret: string } }).content.secret),
    ]);
    expect(Object.fromEntries(recorded)).toMatchSnapshot();
});

test("an environment records what ran, readable by the account that deploys the next one", async () => {
    expect(ofReleases(await registered(program, { ...stack("dev"), environment: true }))).toEqual({
        ...releases("dev"),
        ...note("dev"),
        ...admitted("dev", "staging", "acme-staging"),
    });
});

test("an environment with an existing bucket only adds its records to it", async () => {
    const existing = { project: "acme-dev", releases: "acme-dev-forecast-releases" };
    const all = JSON.stringify({ ...environments, dev: existing });
    const config = { ...stack("dev").config, "slipway:environments": all };
    const read: string[][] = [];
    const dev = {
        ...stack("dev"),
        config,
        environment: true,
        read: (type: string, id: string) => {
            read.push([type, id]);
            return { name: id };
        },
    };
    const [name] = Object.keys(note("dev")) as ["BucketObject predict-release"];
    expect(ofReleases(await registered(program, dev))).toEqual({
        [name]: { ...note("dev")[name], bucket: "acme-dev-forecast-releases" },
    });
    expect(read).toEqual([["gcp:storage/bucket:Bucket", "acme-dev-forecast-releases"]]);
});

test("the records of the previous environment are looked up in its existing bucket", async () => {
    const asked: string[] = [];
    const existing = { project: "acme-dev", releases: "acme-releases" };
    const config = {
        ...stack("staging").config,
        "slipway:environments": JSON.stringify({ ...environments, dev: existing }),
    };
    const call = storage({ "acme-staging-slipway-releases": "no object" }, asked);
    await registered(program, { ...stack("staging"), config, call });
    expect(asked).toEqual([`acme-staging-slipway-releases/predict/${hash}.json`, `acme-releases/predict/${hash}.json`]);
});

test("an account that deploys two environments gets one grant", async () => {
    expect(ofReleases(await registered(program, { ...stack("staging"), environment: true }))).toEqual({
        ...releases("staging"),
        ...note("staging"),
        ...admitted("staging", "canary", "acme-prod"),
    });
});

test("the last environment records what ran for itself, and production protects its records", async () => {
    const prod = { ...stack("canary"), kind: "production", environment: true } as const;
    expect(ofReleases(await registered(program, prod))).toEqual({ ...releases("canary", false), ...note("canary") });
    expect((await registeredOptions(program, prod))["Bucket releases"]).toEqual({
        parent: "Environment canary",
        provider: "Provider canary",
        protect: true,
        after: ["Service storage"],
    });
});

test("a record is written after the function is created, and kept when another one replaces it", async () => {
    const dev = { ...stack("dev"), environment: true };
    const { "BucketObject predict-release": written } = await registeredOptions(program, dev);
    expect(written).toEqual({
        parent: "ServerlessFunction predict",
        provider: "Provider dev",
        retainOnDelete: true,
        after: ["Bucket releases", "Function predict"],
    });
});

test("all components of a program record what ran in one bucket, both archives and images", async () => {
    const both = () => {
        const artifact = { type: "ContainerImage", component: "serve", path: "image", kind: "image" } as const;
        const digest = predicting(source).url.apply(() => image);
        const topic = new PubSubTopic("serve");
        published(Environment.current(), { ...artifact, digest }, topic, [topic]);
    };
    expect(ofReleases(await registered(both, { ...stack("dev"), environment: true }))).toEqual({
        ...releases("dev"),
        ...note("dev"),
        ...note("dev", "12".repeat(32), "image", "serve"),
        ...admitted("dev", "staging", "acme-staging"),
    });
});

test("a program exports what it runs, including later components", async () => {
    let exported: unknown;
    const digests = async () => {
        const output = Environment.current().release;
        predicting(source);
        const artifact = { type: "ContainerImage", component: "predict", path: "image", kind: "image" } as const;
        published(Environment.current(), { ...artifact, digest: image }, new PubSubTopic("sales"), []);
        exported = await new Promise((resolve) => output.apply(resolve));
    };
    await registered(digests);
    expect(exported).toEqual({ predict: { archive: `sha256:${hash}`, image } });
});

describe("an environment that promotes another", () => {
    const record = `predict/${hash}.json`;

    test.each([true, false])("uses what ran there like other code: preview %s", async (preview) => {
        const asked: string[] = [];
        const call = storage({ "acme-staging-slipway-releases": "no bucket" }, asked);
        const taken = await registered(program, { ...stack("staging"), preview, call });
        expect(asked).toEqual([`acme-staging-slipway-releases/${record}`, `acme-dev-slipway-releases/${record}`]);
        const config = { "gcp:project": "acme-staging" };
        expect(taken).toEqual({
            ...(await registered(program, { name: "staging", config, preview })),
            ...(await notes(preview)),
        });
    });

    const notes = async (preview: boolean) => {
        const { "BucketObject predict-release": written } = await registered(program, { ...stack("staging"), preview });
        return { "BucketObject predict-release": written };
    };

    test("does not look up what ran in it before", async () => {
        const asked: string[] = [];
        await registered(program, { ...stack("staging"), call: storage({}, asked) });
        expect(asked).toEqual([`acme-staging-slipway-releases/${record}`]);
    });

    test("looks up the project's bucket of this program by a valid name", async () => {
        const asked: string[] = [];
        const name = jest.spyOn(pulumi, "getProject").mockReturnValue("Sales.Google_Forecast");
        await registered(program, { ...stack("staging"), call: storage({}, asked) });
        name.mockRestore();
        expect(asked).toEqual([expect.stringMatching(/^acme-staging-sales-g_forecast-releases-[0-9a-f]{6}\//)]);
    });

    test("keeps other dependencies of the component", async () => {
        const waiting = () => {
            const trigger = { http: {} };
            const topic = new PubSubTopic("sales");
            new ServerlessFunction("predict", { source, trigger }, { dependsOn: topic });
        };
        const { "ServerlessFunction predict": options } = await registeredOptions(waiting, stack("staging"));
        expect(options).toEqual({ provider: "Provider staging", after: ["Topic sales"] });
    });
});

test("a preview warns that no account can read the records if no deployer is known", async () => {
    const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();
    const two = () => [
        predicting(source),
        new ServerlessFunction("b", { source, trigger: { http: {} }, entryPoint: "predict" }),
    ];
    await registered(two, { ...stack("prod"), preview: true });
    expect(info.mock.calls.map(([text]) => text)).toEqual([
        'Environment "prod": slipway:environments.edge.deployer is not set: nobody has access to the releases of this environment for promotion to edge. The deployer of edge needs roles/storage.objectViewer on this bucket.',
    ]);
    await registered(two, { ...stack("prod") });
    expect(info).toHaveBeenCalledTimes(1);
    info.mockRestore();
});

describe("code that did not run in the previous environment", () => {
    const outcomes: Promise<Record<string, { texts: string[]; made: string[] }>> = inChild(`
        const { programs, stack, storage } = require("./test/unit/promotion.programs.ts");
        const { failuresSoFar, registered, registeredSoFar } = require("./test/unit/registered.ts");
        const errors = new Set();
        // The SDK does not handle the errors of outputs, with which the engine ends the program.
        process.on("unhandledRejection", (error) => errors.add(error));
        (async () => {
            const outcomes = {};
            for (const [name, [dev, program]] of Object.entries(programs)) {
                errors.clear();
                const call = storage({ "acme-staging-slipway-releases": "no object", "acme-dev-slipway-releases": dev });
                await registered(() => program(${JSON.stringify(source)}), { ...stack("staging"), call }).catch(() => undefined);
                const texts = [...new Set([...failuresSoFar(), ...errors])].map(({ message, stack }) => stack.includes("    at ") ? stack : message);
                outcomes[name] = { texts, made: registeredSoFar() };
            }
            console.log(JSON.stringify(outcomes));
        })();
    `);
    test.each<[string, errors: string[], made: string[], words: string]>([
        [
            "code that did not run",
            ['ServerlessFunction "predict": source: [environment/not-promoted]'],
            [],
            `in dev, which staging takes its code from (got archive ${hash.slice(0, 12)}…).`,
        ],
        [
            "code of an environment that was never deployed",
            ['ServerlessFunction "predict": source: [environment/releases-bucket-missing]'],
            [],
            "there is no bucket acme-dev-slipway-releases",
        ],
        [
            "code that may not be looked for",
            ['ServerlessFunction "predict": source: [environment/releases-bucket-forbidden]'],
            [],
            "The deployer of staging needs roles/storage.objectViewer on it, which 'pulumi up -s dev' grants",
        ],
        [
            "code that cannot be looked for",
            ['ServerlessFunction "predict": source: [environment/release-lookup-failed]'],
            [],
            "1 error occurred: * Error downloading storage bucket object: googleapi: Error 403: The billing account for the owning project is disabled, accountDisabled).",
        ],
        [
            "code that the mocks of a test do not know of",
            ['ServerlessFunction "predict": source: [environment/release-lookup-failed]'],
            [],
            "(got no answer: mocks have to give one to the call of gcp:storage/getBucketObjectContent:getBucketObjectContent).",
        ],
        [
            "two functions beside a topic",
            [
                'ServerlessFunction "predict": source: [environment/not-promoted]\nServerlessFunction "nightly": source: [environment/not-promoted]',
            ],
            ["Topic sales"],
            "Run 'pulumi up -s dev' with this code first, or check out the commit that runs there.",
        ],
        [
            "an image",
            ['ContainerImage "serve": image: [environment/not-promoted]'],
            [],
            "in dev, which staging takes its images from (got image 121212121212…). Run 'pulumi up -s dev' with this image first, or take the image that runs there.",
        ],
        [
            "a build that was recorded without a digest",
            ['ContainerImage "serve": image: [environment/promoted-digest-missing]'],
            [],
            "(got build 343434343434…). Run 'pulumi up -s dev' with this code again.",
        ],
    ])("is refused before any of its resources is registered: %s", async (name, errors, made, words) => {
        const outcome = (await outcomes)[name];
        expect(outcome?.texts.map(identified)).toEqual(errors);
        expect(outcome?.texts.join("\n")).toContain(words);
        expect(outcome?.made).toEqual(made);
    });
});

describe("the error for what did not run in the previous environment", () => {
    const artifact = { type: "ContainerImage", path: "image", kind: "image" } as const;

    /** Looks up images one after the other, of which some did not run in dev; returns the whole texts of the errors of these. */
    async function errorsOf(
        components: string[],
        answer: "no object" | "no permission" | "no bucket",
        dev: object = { project: "acme-dev" },
        lookUp: (environment: Environment, component: string) => unknown = (environment, component) =>
            promoted(environment, { ...artifact, component, digest: image }),
    ) {
        const all = JSON.stringify({ ...environments, dev });
        const refuse = storage({
            "acme-staging-slipway-releases": "no object",
            "acme-dev-slipway-releases": answer,
            releases: answer,
        });
        const call = (token: string, inputs: Record<string, unknown>) =>
            String(inputs.name).startsWith("ran/") ? {} : refuse(token, inputs);
        const errors: string[] = [];
        const program = async () => {
            for (const component of components) {
                const found = lookUp(Environment.current(), component);
                if (component === "ran") {
                    await valueIfKnown(found as pulumi.Output<unknown>);
                } else {
                    errors.push((await rejection(found)).message);
                }
            }
        };
        await registered(program, {
            ...stack("staging"),
            config: { ...stack("staging").config, "slipway:environments": all },
            call,
        });
        return errors;
    }

    const got = "(got image 121212121212…)";

    test("names only what did not run", async () => {
        const [text, ...others] = await errorsOf(["ran", "serve"], "no object");
        expect([text, others]).toEqual([
            `ContainerImage "serve": image: has not run in dev, which staging takes its images from ${got}. Run 'pulumi up -s dev' with this image first, or take the image that runs there. [environment/not-promoted]`,
            [],
        ]);
    });

    test("is one of its own if it is looked up after another error", async () => {
        const [first, second] = await errorsOf(["serve", "later"], "no object");
        expect([first?.includes('"serve"'), first?.includes('"later"')]).toEqual([true, false]);
        expect([second?.includes('"serve"'), second?.includes('"later"')]).toEqual([false, true]);
    });

    test("says who grants access to an existing bucket", async () => {
        expect(await errorsOf(["serve"], "no permission", { project: "acme-dev", releases: "releases" })).toEqual([
            `ContainerImage "serve": image: cannot be looked for in dev, which staging takes its images from, because reading the bucket releases is not permitted ${got}. The deployer of staging needs roles/storage.objectViewer on it, which the program that creates the bucket grants. [environment/releases-bucket-forbidden]`,
        ]);
    });

    test("names the bucket that does not exist", async () => {
        expect(await errorsOf(["serve"], "no bucket")).toEqual([
            `ContainerImage "serve": image: has not run in dev, which staging takes its images from, because there is no bucket acme-dev-slipway-releases ${got}. Run 'pulumi up -s dev' with this image first. [environment/releases-bucket-missing]`,
        ]);
    });

    test("is about the code of a build", async () => {
        const build = (environment: Environment, component: string) =>
            promotedBuild(environment, { ...artifact, component, path: "build", build: "34".repeat(32) });
        expect(await errorsOf(["serve"], "no object", undefined, build)).toEqual([
            `ContainerImage "serve": build: has not run in dev, which staging takes its images from (got build 343434343434…). Run 'pulumi up -s dev' with this code first, or check out the commit that runs there. [environment/not-promoted]`,
        ]);
    });
});
