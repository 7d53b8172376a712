import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

const program = `import { CloudRunJob, CloudRunService, Network, ServerlessFunction, VpcConnector } from "slipway";
const subnets = { default: { range: "10.0.0.0/20" }, connector: { range: "10.0.16.0/28" } };
const network = new Network("apps", { subnets, privateServices: false });
const connector = new VpcConnector("apps", { network, range: "10.8.0.0/28", scaling: { max: 4 } });
const inSubnet = new VpcConnector("shared", {
    network: { network, subnet: network.subnetworks.connector!.id },
    machineType: "e2-standard-4",
});
const image = "docker.io/acme/shop@sha256:${"0a".repeat(32)}";
new CloudRunService("web", { image, network: { connector, egress: "all-traffic" } });
new CloudRunJob("nightly", { image, network: { connector: inSubnet } });
new ServerlessFunction("predict", { source: "./code", entryPoint: "predict", trigger: { http: {} }, network: { connector } });
`;

describe.each(["dev", "prod"] as const)("connectors as %s", (stack) => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: connectors\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "connectors", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program,
    });
    mkdirSync(deployment.file("code"));
    writeFileSync(deployment.file("code/main.py"), "def predict(request):\n    return 'range'\n");
    afterAll(() => deployment.remove());

    const find = (end: string) => deployment.resources().find(({ id }) => id.endsWith(end))?.properties ?? {};
    const change = (from: string, to: string) => deployment.edit("index.ts", (text) => text.replace(from, to));

    test("lead services, jobs and functions to the network, and a second up and a refresh change nothing", async () => {
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining([
                "create Connector apps",
                "create Connector shared",
                "create RouterNat apps-europe-west1",
            ]),
        );
        expect(await deployment.again(stack)).toEqual({ unchanged: expect.any(Number) });
        const id = `projects/acme-${stack}/locations/europe-west1/connectors/apps`;
        expect(find("/connectors/apps")).toMatchObject({ minInstances: 2, maxInstances: 4, network: "apps" });
        expect(find("/connectors/shared")).toMatchObject({ machineType: "e2-standard-4", network: "apps" });
        expect(find("/services/web")).toMatchObject({ template: { vpcAccess: { connector: id } } });
        expect(find("/functions/predict")).toMatchObject({ serviceConfig: { vpcConnector: id } });
    });

    test("grow in place, and are replaced to shrink", async () => {
        change("max: 4", "max: 6");
        expect(await deployment.upAsPreviewed(stack)).toEqual(["update Connector apps"]);
        change("max: 6", "max: 3");
        // The ID of the new one is not known at preview. It is the same, so that what uses it stays.
        expect(await deployment.preview(stack)).toEqual([
            "replace Connector apps",
            "update Function predict",
            "update Service web",
        ]);
        expect(await deployment.up(stack)).toMatchObject({ replaced: 1 });
        expect(find("/connectors/apps")).toMatchObject({ maxInstances: 3, state: "READY" });
    });

    test("of a range in use by the network are refused at preview", async () => {
        change("10.8.0.0/28", "10.0.8.0/28");
        await expect(deployment.preview(stack)).rejects.toThrow("[network/connector-range-overlaps]");
        change("10.0.8.0/28", "10.8.0.0/28");
    });
});
