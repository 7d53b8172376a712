import type { Inputs } from "../../local/simulator/rules/rules";
import { until } from "../clusters/until";
import { node, project, running } from "./runningFunction";

const email = "main-run@acme-dev.iam.gserviceaccount.com";
const workflow = `projects/${project}/locations/europe-west1/workflows/nightly`;

/** Starts and reads executions at Google's address, and is what the workflow calls. */
const code = `const url = "https://workflowexecutions.googleapis.com/v1/";

exports.main = async (request, response) => {
    if (request.path === "/predict") {
        response.json({ price: request.body.kilometres * 2 });
        return;
    }
    const { path, ...init } = request.body;
    response.json(await (await fetch(url + path, init)).json());
};
`;

test("a function starts a workflow, which calls a private function with a token of its account", async () => {
    const { ask, world } = await running({ files: node(code), runtime: "nodejs22", account: email });
    world.enable("workflows", "workflowexecutions");
    world.account("nightly");
    const caller = "nightly@acme-dev.iam.gserviceaccount.com";
    const services = "//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/main";
    const { uri }: Inputs = world.cloud.store.read(services)?.state ?? {};
    const sourceContents = `
main:
    params: [input]
    steps:
        - predict:
              call: http.post
              args:
                  url: \${sys.get_env("PREDICT") + "/predict"}
                  auth: { type: OIDC, audience: '\${sys.get_env("PREDICT")}' }
                  body: { kilometres: "\${input.kilometres}" }
              result: prediction
        - answer:
              return: \${prediction.body.price}
`;
    const args = { name: "nightly", region: "europe-west1", sourceContents, deletionProtection: false };
    world.make("Workflow", { ...args, serviceAccount: caller, userEnvVars: { PREDICT: uri } });
    const call = async (body: object): Promise<Inputs> => {
        const headers = { "content-type": "application/json" };
        const [, text] = await ask("/", { method: "POST", headers, body: JSON.stringify(body) });
        return JSON.parse(text);
    };
    const start = () =>
        call({
            path: `${workflow}/executions`,
            method: "POST",
            body: JSON.stringify({ argument: '{"kilometres":20}' }),
        });
    const run = async (): Promise<Inputs> => {
        const { name } = await start();
        return until(
            () => call({ path: name }),
            ({ state }) => state !== "ACTIVE",
            { seconds: 20 },
        );
    };
    expect((await start()).error).toMatchObject({
        code: 403,
        message: expect.stringContaining("workflows.executions.create"),
    });
    world.cloud.iam.grant(project, `//cloudresourcemanager.googleapis.com/projects/${project}`, {
        role: "roles/workflows.invoker",
        member: `serviceAccount:${email}`,
    });
    const denied = await run();
    expect([denied.state, JSON.parse(denied.error.payload).code]).toEqual(["FAILED", 403]);
    world.make("RunServiceIamMember", { name: "main", role: "roles/run.invoker", member: `serviceAccount:${caller}` });
    expect(await run()).toMatchObject({ state: "SUCCEEDED", result: "40" });
});
