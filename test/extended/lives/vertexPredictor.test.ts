import { mkdirSync, writeFileSync } from "node:fs";
import { isAllowedOn } from "../../../local/simulator/cloud/access";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { fullName } from "../../../local/simulator/services/vertex/names";
import { Deployment } from "../../deploy/deployment";

const program = `"use strict";
const { AppEngineApp, CloudRunJob, ComposerEnvironment, VertexEndpoint } = require("slipway");
const image = "docker.io/acme/ask@sha256:" + "0a".repeat(32);
const models = { latest: { model: "projects/acme-asking/locations/europe-west1/models/iris@1" } };
const iris = new VertexEndpoint("iris", { models });
const uses = { IRIS: iris.predictor };
const job = new CloudRunJob("nightly", { image, uses });
const app = new AppEngineApp("shop", { services: { default: { source: "./app", uses } } });
const airflow = new ComposerEnvironment("airflow", { uses });
exports.name = iris.name;
exports.other = new VertexEndpoint("other", { models }).name;
exports.variables = {
    job: job.job.template.template.containers[0].envs,
    app: app.services.default.version.envVariables,
    airflow: airflow.environment.config.softwareConfig.envVariables,
};
`;

const accounts = ["nightly-run", "shop-default-app", "airflow-run"];

test("jobs, App Engine services and DAGs receive the name of an endpoint, and may ask it, but no other one", async () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: asking\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-asking\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "asking", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    mkdirSync(deployment.file("app"));
    writeFileSync(deployment.file("app/main.py"), "app = None\n");
    writeFileSync(deployment.file("app/requirements.txt"), "gunicorn\n");
    const cloud = cloudOf(deployment.place);
    const id = "projects/acme-asking/locations/europe-west1/models/iris";
    const versions = [{ versionId: "1", versionAliases: [] }];
    cloud.store.write({ name: fullName(id), project: "acme-asking", id, state: { versions } });

    await deployment.up("dev");
    expect(await deployment.preview("dev")).toEqual([]);
    const { name = "", other = "", variables } = await deployment.outputs("dev");
    const variable = [{ name: "IRIS", value: name }];
    expect(variables).toEqual({ job: variable, app: { IRIS: name }, airflow: { IRIS: name } });
    const mayAsk = (endpoint: string) =>
        accounts.filter((account) => {
            const email = `${account}@acme-asking.iam.gserviceaccount.com`;
            return isAllowedOn(cloud, email, "aiplatform.endpoints.predict", fullName(endpoint));
        });
    expect([mayAsk(name), mayAsk(other)]).toEqual([accounts, []]);
    await deployment.remove();
});
