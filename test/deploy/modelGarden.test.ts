import { isAllowedOn } from "../../local/simulator/cloud/access";
import { cloudOf } from "../../local/simulator/cloudOf";
import { endpointPath, requireEndpoint } from "../../local/simulator/services/vertex/endpoints";
import { fullName } from "../../local/simulator/services/vertex/names";
import { Deployment } from "./deployment";

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { ModelGardenEndpoint, ServiceAccount } = require("slipway");
const gemma = new ModelGardenEndpoint("gemma", {
    model: { huggingFace: "google/gemma-2-2b-it", accessToken: pulumi.secret("hf_" + "canary") },
    acceptEula: true,
    machineType: "g2-standard-12",
    scaling: { min: 1, max: 2 },
});
new ServiceAccount("caller", { uses: [gemma.predictor] });
exports.name = gemma.name;
`;

const stack = (project: string, kind: string) =>
    `config:\n  gcp:project: ${project}\n  gcp:region: europe-west4\n  slipway:kind: ${kind}\n`;

describe("a model of Hugging Face", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: garden\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("acme-garden-dev", "development"),
        "Pulumi.prod.yaml": stack("acme-garden-prod", "production"),
        "package.json": '{ "name": "garden", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const served = async () => {
        const { name = "" } = await deployment.outputs("dev");
        const [, project, , location, , endpoint] = name.split("/");
        return requireEndpoint(cloudOf(deployment.place), endpointPath({ project, location, name: endpoint })).state;
    };

    test("is deployed as previewed with its consumer, a second up changes nothing, and its token is nowhere in clear", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        const { name = "" } = await deployment.outputs("dev");
        const caller = "caller@acme-garden-dev.iam.gserviceaccount.com";
        const cloud = cloudOf(deployment.place);
        expect(isAllowedOn(cloud, caller, "aiplatform.endpoints.predict", fullName(name))).toBe(true);
        const state = JSON.stringify(await deployment.exported("dev"));
        expect(state).toContain("AiEndpointWithModelGardenDeployment");
        expect(state).not.toContain("hf_canary");
    });

    test("changes replicas in place, and is replaced by another model, which serves before this one is deleted", async () => {
        const { name } = await deployment.outputs("dev");
        edit("max: 2", "max: 3");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update AiEndpointWithModelGardenDeployment gemma"]);
        expect((await served()).deployedModels[0]?.dedicatedResources).toMatchObject({ maxReplicaCount: 3 });
        edit("gemma-2-2b-it", "gemma-2-9b-it");
        await deployment.up("dev");
        expect((await deployment.outputs("dev")).name).not.toBe(name);
        expect((await served()).deployedModels).toMatchObject([{ displayName: "gemma-2-9b-it" }]);
    });

    test("leaves no endpoint when it is destroyed, and is protected in production", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /ndpoint/.test(each))).toEqual([]);
        await deployment.up("prod");
        const { code, output } = await deployment.run(["destroy", "-s", "prod", "--yes", "--skip-preview"]);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("protect")]);
    });
});
