import type { Inputs } from "../../../local/simulator/rules/rules";
import { refusalOf, World } from "./world";

const sourceContents = `
main:
    params: [input]
    steps:
        - init:
              assign:
                  - folder: "gs://acme"
                  - list: [1, 2]
        - each:
              for:
                  value: item
                  in: \${list}
                  steps:
                      - told:
                            switch:
                                - condition: \${item > 1 and "a}b" != input.name}
                                  assign: [{ last: "\${item}" }]
                      - export:
                            try:
                                call: googleapis.sqladmin.v1.instances.export
                                args: { uri: '\${folder + "/" + text.to_lower(input.name)}' }
                                result: done
                            except:
                                as: e
                                steps:
                                    - failed:
                                          raise: \${e}
        - other:
              call: helper
              next: end
helper:
    - answer:
          return: 1
`;

const args = { name: "nightly", region: "europe-west1", sourceContents, deletionProtection: false };

function prepared() {
    const world = new World();
    world.enable("compute", "workflows", "cloudscheduler", "iam");
    const make = (inputs: Inputs = {}) => world.make("Workflow", { ...args, ...inputs });
    return { world, make, refusal: (inputs: Inputs) => refusalOf(() => make(inputs)) };
}

test("a workflow has a revision, and a new one for another source or account", () => {
    const { world, make } = prepared();
    const made = make();
    expect(made).toMatchObject({
        id: "projects/acme-dev/locations/europe-west1/workflows/nightly",
        state: {
            state: "ACTIVE",
            revisionId: expect.stringMatching(/^000001-[0-9a-f]{3}$/),
            serviceAccount: `projects/acme-dev/serviceAccounts/${world.number}-compute@developer.gserviceaccount.com`,
        },
    });
    const described = world.update(made, { ...args, description: "each night" });
    expect(described.state.revisionId).toBe(made.state.revisionId);
    const [, email] = world.account("runner").split(":");
    const other = world.update(described, { ...args, serviceAccount: email });
    expect(other.state).toMatchObject({
        revisionId: expect.stringMatching(/^000002-/),
        serviceAccount: `projects/acme-dev/serviceAccounts/${email}`,
    });
    expect(world.changed(other)).toEqual([]);
});

test("a workflow can be JSON", () => {
    const json = JSON.stringify({ main: { steps: [{ end: { return: "ok" } }] } });
    expect(prepared().make({ sourceContents: json }).state.state).toBe("ACTIVE");
});

test.each([
    ["is not valid YAML", "main: [", /^failed to build: parse error: /],
    ["has no steps", "main:\n    steps: []\n", "failed to build: workflow 'main' has no steps"],
    ["is no workflow", "other:\n    steps: []\n", "failed to build: workflow 'main' not found"],
    [
        "names a variable that there is not",
        `
- step1:
    assign:
    - varA: Hello
- step2:
    return: \${varC + varA}
`,
        "failed to build: error in step step2: error evaluating return value: symbol 'varC' is neither a variable nor a sub-workflow name",
    ],
    [
        "calls what there is not",
        "- create:\n    call: evnts.create_callback_endpoint\n",
        "failed to build: error in step create: symbol 'evnts' not found",
    ],
    [
        "goes on at a step that there is not",
        "- one:\n    next: two\n",
        "failed to build: error in step one: step 'two' not found",
    ],
    [
        "has a step twice",
        "- one:\n    return: 1\n- one:\n    return: 2\n",
        "failed to build: error in step one: duplicate step name",
    ],
    ["has a step of an unknown kind", "- one:\n    go: 1\n", "failed to build: error in step one: unknown key 'go'"],
    ["is too long", `main: "${"x".repeat(131_072)}"`, "source size exceeds the limit of 131072 bytes"],
])("a source that %s is refused, and no workflow is created", (_, source, why) => {
    const { world, refusal } = prepared();
    const refused = refusal({ sourceContents: source });
    const before = "Error waiting to create Workflow: Error waiting for Creating Workflow: Error code 3, message: ";
    expect(refused.slice(0, before.length)).toBe(before);
    expect(refused.slice(before.length)).toEqual(typeof why === "string" ? why : expect.stringMatching(why));
    expect(world.cloud.store.list("//workflows.googleapis.com")).toEqual([]);
});

const steps = (...bodies: object[]) =>
    JSON.stringify({ main: { steps: bodies.map((body, index) => ({ [`s${index}`]: body })) } });

const parallel = (inner: object, count = 1) => ({
    parallel: {
        branches: Array.from({ length: count }, (_, index) => ({
            [`b${index}`]: { steps: [{ [`i${index}`]: inner }] },
        })),
    },
});

/** https://cloud.google.com/workflows/quotas */
test.each([
    ["50 assignments", steps({ assign: Array.from({ length: 51 }, (_, at) => ({ [`v${at}`]: at })) })],
    ["50 conditions", steps({ switch: Array.from({ length: 51 }, () => ({ condition: true, next: "end" })) })],
    ["10 branches", steps(parallel({ return: 1 }, 11))],
    ["2 nested parallel steps", steps(parallel(parallel(parallel({ return: 1 }))))],
])("a workflow with more than %s is refused", (limit, contents) => {
    expect(prepared().refusal({ sourceContents: contents })).toContain(`exceeds the limit of ${limit}`);
});

test("a workflow with as many as the limits allow is accepted", () => {
    const contents = steps(parallel(parallel({ return: 1 }, 10)));
    expect(prepared().make({ sourceContents: contents }).state.state).toBe("ACTIVE");
});

test.each<[string, Inputs, string]>([
    [
        "an unknown account",
        { serviceAccount: "nobody@acme-dev.iam.gserviceaccount.com" },
        "403: Permission 'iam.serviceaccounts.actAs' denied on service account nobody@acme-dev.iam.gserviceaccount.com (or it may not exist).",
    ],
    ["an invalid name", { name: "1st" }, "400: Invalid workflow ID: 1st"],
    [
        "an invalid region",
        { region: "europe-west99" },
        "403: Permission denied on 'locations/europe-west99' (or it may not exist).",
    ],
    ["no source", { sourceContents: undefined }, "400: workflow.source_contents is required"],
    [
        "a variable of Google's",
        { userEnvVars: { GOOGLE_X: "1" } },
        '400: User environment variable "GOOGLE_X" must not be empty nor start with GOOGLE or WORKFLOWS.',
    ],
])("a workflow with %s is refused", (_, inputs, why) => {
    expect(prepared().refusal(inputs)).toBe(`Error creating Workflow: googleapi: Error ${why}`);
});

test("a workflow has deletion protection by default", () => {
    const { world, make } = prepared();
    const made = make({ deletionProtection: undefined });
    expect(refusalOf(() => world.remove(made))).toBe(
        "cannot destroy workflow without setting deletion_protection=false and running `terraform apply`",
    );
    world.remove(world.update(made, args));
    expect(world.refreshed(made)).toBeUndefined();
});

test("a job starts it with a token of its account", () => {
    const { world, make } = prepared();
    const [, serviceAccountEmail] = world.account("starter").split(":");
    const made = world.make("Job", {
        name: "nightly",
        region: "europe-west1",
        schedule: "0 2 * * *",
        httpTarget: {
            uri: `https://workflowexecutions.googleapis.com/v1/${make().id}/executions`,
            httpMethod: "POST",
            body: Buffer.from("{}").toString("base64"),
            oauthToken: { serviceAccountEmail, scope: "https://www.googleapis.com/auth/cloud-platform" },
        },
    });
    expect(made.state.state).toBe("ENABLED");
    expect(world.changed(made)).toEqual([]);
});
