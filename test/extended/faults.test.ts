import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "../deploy/deployment";

/** A new cloud with a stack of the platform. */
function platform() {
    const deployment = Deployment.platform();
    return { deployment, dev: deployment.cloud.stack("dev") };
}

/** What a deployment without faults creates. */
const undisturbed = (async () => {
    const { deployment, dev } = platform();
    await dev.up();
    const existing = deployment.existing();
    await deployment.remove();
    return existing;
})();

test("calls that fail once are retried, and propagation delays are waited for, without any effect", async () => {
    const { deployment, dev } = platform();
    const file = deployment.file("faults.json");
    const plan = {
        seed: 7,
        rate: 1,
        answers: [429, 500, 502, 503, "cut", "slow"],
        faults: [
            { delay: "api", calls: 2 },
            { delay: "account", calls: 2 },
        ],
        speed: 1000,
    };
    writeFileSync(file, JSON.stringify(plan));
    const { code, output } = await dev.run(["up", "--yes", "--skip-preview"], {
        environment: { SLIPWAY_LOCAL_FAULTS: file },
    });
    expect([code, output]).toEqual([
        0,
        expect.stringMatching(/waiting up to 3 minutes for \S+\.googleapis\.com to propagate/),
    ]);
    expect(output).toMatch(/waiting up to 3 minutes for \S+\.iam\.gserviceaccount\.com to propagate: /);
    expect(deployment.existing()).toEqual(await undisturbed);
    expect((await dev.preview()).steps).toEqual([]);
    await deployment.remove();
});

test("after an update fails, the next up sends nothing, and one with a refresh sends it", async () => {
    const program = `"use strict";
const { PubSubTopic } = require("slipway");
const labels = { step: "one" };
new PubSubTopic("sales", { labels });
`;
    const deployment = new Deployment({
        "Pulumi.yaml": "name: refused\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-refused-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "refused", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    await deployment.upAsPreviewed("dev");
    const step = () => deployment.resources().find(({ type }) => type.endsWith(":Topic"))?.properties.labels;
    deployment.edit("index.js", (text) => text.replace("one", "two"));
    const faults = { faults: [{ verb: "update" as const, type: "gcp:pubsub/topic:Topic", answer: 403 }] };
    const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"], {}, { faults });
    expect([code === 0, output]).toEqual([false, expect.stringContaining("Error updating Topic")]);
    expect(step()).toMatchObject({ step: "one" });
    expect((await deployment.up("dev")).updated).toBe(1);
    expect(step()).toMatchObject({ step: "one" });
    await deployment.succeed(["up", "-s", "dev", "--yes", "--skip-preview", "--refresh"]);
    expect(step()).toMatchObject({ step: "two" });
    await deployment.remove();
});

test("after a function's build fails, each up fails, even if nothing changes, until the function is replaced", async () => {
    const environments = { dev: { project: "acme-built-dev" }, prod: { project: "acme-built-prod", promotes: "dev" } };
    const deployment = new Deployment({
        "Pulumi.yaml": "name: built\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": `config:\n  gcp:project: acme-built-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n  slipway:environments: ${JSON.stringify(environments)}\n`,
        "package.json": '{ "name": "built", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";
const { ServerlessFunction } = require("slipway");
const logs = ({ props, opts }) => {
    return { props: props.role === "roles/logging.logWriter" ? { ...props, role: "roles/logging.viewer" } : props, opts };
};
new ServerlessFunction("predict", { source: "./code", trigger: { http: {} } }, { transformations: [logs] });
`,
    });
    mkdirSync(deployment.file("code"));
    writeFileSync(deployment.file("code/main.py"), "def predict(request):\n    return 'range'\n");
    const up = (...flags: string[]) => deployment.run(["up", "-s", "dev", "--yes", ...flags]);
    const releases = () => deployment.existing().filter((each) => /^BucketObject .*-releases-predict\//.test(each));
    const { code, output } = await up("--skip-preview");
    expect([code === 0, output]).toEqual([false, expect.stringContaining("Could not build the function")]);

    // This does not change the function.
    deployment.edit("index.js", (text) => text.replace("viewer", "logWriter"));
    const urn =
        "urn:pulumi:dev::built::slipway:index:ServerlessFunction$gcp:cloudfunctionsv2/function:Function::predict";
    const problem = `ServerlessFunction "predict": is in state FAILED, because its last deployment failed. Run 'pulumi up --replace ${urn}', or change its code or arguments.`;
    const second = await up();
    expect([second.code === 0, second.output]).toEqual([false, expect.stringContaining(`warning: ${problem}`)]);
    expect(second.output).toContain(`error: ${problem} [functions/state-failed]`);
    const refreshed = await up("--refresh", "--skip-preview");
    expect([refreshed.code === 0, refreshed.output]).toEqual([false, expect.stringContaining(`error: ${problem}`)]);
    expect(releases()).toEqual([]);

    await deployment.succeed(["up", "-s", "dev", "--yes", "--replace", urn]);
    expect(releases()).toHaveLength(1);
    expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await deployment.remove();
});
