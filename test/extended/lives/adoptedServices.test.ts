import { writeFileSync } from "node:fs";
import { type Adoption, adopt } from "../../../local/commands/adopt/adoption";
import { Deployment } from "../../deploy/deployment";

/**
 * Services and a job of Cloud Run with the fields that gcloud and Terraform set, taken over by components. Another preview after the deployment has
 * no update, and what keeps a value, as the command says, is accepted and keeps it.
 */

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;

const raw = `
const gcp = require("@pulumi/gcp");
const service = (name) => new gcp.projects.Service(name, { service: name + ".googleapis.com", disableOnDestroy: false });
const options = { dependsOn: ["run", "secretmanager", "iam"].map(service) };
const own = { location: "europe-west1", deletionProtection: false };
const image = "${image}";
const secret = new gcp.secretmanager.Secret("token", { secretId: "token", replication: { auto: {} } }, options);
const version = new gcp.secretmanager.SecretVersion("token", { secret: secret.id, secretData: "x" });
const account = new gcp.serviceaccount.Account("gcloud-run", { accountId: "gcloud-run" }, options);
const role = "roles/secretmanager.secretAccessor";
const member = new gcp.secretmanager.SecretIamMember("token", { secretId: secret.id, role, member: account.member });
const limits = { cpu: "1000m", memory: "512Mi" };
// As gcloud deploys it.
new gcp.cloudrunv2.Service("gcloud", {
    ...own,
    name: "gcloud",
    client: "gcloud",
    clientVersion: "501.0.0",
    launchStage: "GA",
    annotations: { "acme.dev/owner": "shop" },
    labels: { team: "shop" },
    scaling: { manualInstanceCount: 0, minInstanceCount: 0 },
    traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    template: {
        revision: "gcloud-00001-abc",
        serviceAccount: account.email,
        labels: { "acme-nonce": "abc" },
        annotations: { "acme.dev/user-image": image },
        maxInstanceRequestConcurrency: 80,
        timeout: "300s",
        sessionAffinity: false,
        containers: [{
            name: "web-1",
            image,
            ports: { name: "http1", containerPort: 8080 },
            resources: { cpuIdle: true, startupCpuBoost: true, limits },
            envs: [{ name: "EMPTY", value: "" }, { name: "TOKEN", valueSource: { secretKeyRef: { secret: "token", version: "latest" } } }],
            startupProbe: { failureThreshold: 1, periodSeconds: 240, timeoutSeconds: 240, tcpSocket: { port: 8080 } },
        }],
    },
}, { dependsOn: [...options.dependsOn, member, version] });
// Only what the provider requires: the state has its defaults.
new gcp.cloudrunv2.Service("bare", { name: "bare", location: own.location, template: { containers: [{ image }] } }, options);
// With a revision of its own, and fields that components do not set.
new gcp.cloudrunv2.Service("pinned", {
    ...own,
    name: "pinned",
    customAudiences: ["https://shop.acme.example"],
    invokerIamDisabled: true,
    traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "pinned-00001", percent: 100, tag: "blue" }],
    template: {
        revision: "pinned-00001",
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        maxInstanceRequestConcurrency: 10,
        scaling: { maxInstanceCount: 7, minInstanceCount: 1 },
        volumes: [{ name: "tmp", emptyDir: { medium: "MEMORY", sizeLimit: "64Mi" } }],
        containers: [{ image, commands: ["/web"], workingDir: "/srv", volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }],
    },
}, options);
new gcp.cloudrunv2.Job("nightly", {
    ...own,
    name: "nightly",
    client: "gcloud",
    annotations: { "acme.dev/owner": "shop" },
    template: { parallelism: 0, taskCount: 1, template: { containers: [{ image, envs: [{ name: "EMPTY", value: "" }] }] } },
}, options);
`;

const components = `
const slipway = require("slipway");
const kept = require("./kept.json");
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const merged = (one, other) => isObject(one) && isObject(other)
    ? Object.fromEntries(Object.keys({ ...one, ...other }).map((key) => [key, merged(one[key], other[key])]))
    : other ?? one;
const image = "${image}";
const args = (name, more) => [kept[name] ?? []].flat().reduce(merged, { image, ...more });
new slipway.CloudRunService("gcloud", args("gcloud", { uses: { TOKEN: slipway.Secret.existing("token").accessor } }));
new slipway.CloudRunService("bare", args("bare"));
new slipway.CloudRunService("pinned", args("pinned"));
new slipway.CloudRunJob("nightly", args("nightly"));
`;

const files = {
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-shop\n  gcp:region: europe-west1\n  gcp:defaultLabels:\n    cost: shop\n  slipway:kind: development\n",
    "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
    "kept.json": "{}",
    "index.js": raw,
};

/** What keeps values, as code, by component. */
function keptBy({ adopted }: Adoption): Record<string, string[]> {
    const all = adopted.flatMap(({ component = "", changes }) =>
        changes.flatMap(({ keep }) =>
            keep?.includes(":") ? [[component.split(" ")[1] as string, keep] as const] : [],
        ),
    );
    return Object.fromEntries(
        all.map(([name]) => [name, all.filter(([other]) => other === name).map(([, keep]) => keep)]),
    );
}

const asArguments = (kept: Record<string, string[]>) =>
    Object.fromEntries(
        Object.entries(kept).map(([name, all]) => [name, all.map((keep) => new Function(`return { ${keep} };`)())]),
    );

describe("Cloud Run that others have deployed", () => {
    let deployment: Deployment;
    let found: Adoption;
    const adopted = () =>
        adopt({ cwd: deployment.place.folder, stack: "dev", local: true, file: deployment.file("old.json") });
    beforeAll(async () => {
        deployment = new Deployment(files, { SLIPWAY_LOCAL_IMMEDIATE: "true" });
        await deployment.up("dev");
        writeFileSync(deployment.file("old.json"), (await deployment.run(["stack", "export", "-s", "dev"])).output);
        await deployment.run(["stack", "rm", "dev", "--force", "--yes", "--preserve-config"]);
        deployment.edit("index.js", () => components);
        found = await adopted();
    });
    afterAll(() => deployment.remove());

    test("is told what keeps its values, by arguments where there are some", () => {
        expect(found.refused).toEqual([]);
        const kept = keptBy(found);
        expect(kept).toMatchSnapshot();
        expect(JSON.stringify(kept)).not.toContain("undefined");
    });

    test("keeps them with what it is told", async () => {
        const kept = keptBy(found);
        writeFileSync(deployment.file("kept.json"), JSON.stringify(asArguments(kept)));
        expect(keptBy(await adopted())).toEqual({});
    });

    test("has no update after the deployment, also after a refresh", async () => {
        await deployment.up("dev");
        expect(await deployment.preview("dev")).toEqual([]);
        await deployment.succeed(["refresh", "-s", "dev", "--yes"]);
        expect(await deployment.preview("dev")).toEqual([]);
    });
});
