import * as pulumi from "@pulumi/pulumi";
import * as slipway from "slipway";
import * as gke from "slipway/gke";
import { lookUp } from "../../../lib/environment/existing";
import * as check from "../../../lib/internal/arguments/check";
import { answers, existingResources } from "../everythingElse";
import { outcomeOf, registered } from "../registered";

test("what exists already is looked up by its name, in the project and the place that the program names", async () => {
    const calls: string[] = [];
    await registered(existingResources, {
        ...answers,
        call: (token, inputs) => {
            calls.push(`${token.replace(/.*:/, "")} ${JSON.stringify(inputs)}`);
            return answers.call(token, inputs);
        },
    });
    expect(calls.sort()).toMatchSnapshot();
});

/** The text of Google: https://cloud.google.com/apis/docs/troubleshooting */
const disabled =
    "googleapi: Error 403: Cloud Pub/Sub API has not been used in project acme-dev before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/pubsub.googleapis.com/overview?project=acme-dev then retry.";

test.each([
    [
        "an API that is not enabled",
        disabled,
        /cannot be looked up, because the API is not enabled.*\[environment\/existing-api-disabled\]/s,
    ],
    [
        "what does not exist",
        "topic sales not found",
        /does not exist: topic sales not found\. It must exist in acme-dev.*\[environment\/existing-missing\]/s,
    ],
])("the error names %s", async (_, details, expected) => {
    const find = () => Promise.reject<{ id: string }>(new Error(details));
    const outcome = await outcomeOf(() => lookUp("PubSubTopic", "sales", check.text(), {}, find, "id").id);
    expect((outcome as Error).message).toMatch(expected);
});

const refusal = (create: () => object) => outcomeOf(create).catch((error: Error) => error);

type WithExisting = { existing: (name: unknown, args: object) => object };

const existing = Object.entries({ ...slipway, ...gke }).flatMap(([name, exported]): [string, WithExisting][] =>
    Reflect.has(Object(exported), "existing") ? [[name, exported as unknown as WithExisting]] : [],
);

test("all components that find existing resources are tried", () => {
    expect(existing.length).toBeGreaterThan(29);
});

test.each(existing)("%s.existing refuses a wrong name and unknown arguments together", async (name, component) => {
    const outcome = await refusal(() => component.existing("Not/a name'", { zone: "europe-west1-b", color: "red" }));
    const { message } = outcome as Error;
    expect(pulumi.RunError.isInstance(outcome)).toBe(true);
    expect(message).toContain(name);
    const isProject = name === "EnvironmentProject";
    expect(message.match(/\bname: |color: unknown option/g)).toEqual(
        isProject ? ["name: "] : expect.arrayContaining(["name: ", "color: unknown option"]),
    );
});

test.each(existing)(
    "%s.existing refuses an output of another stack, and says how to read it",
    async (name, component) => {
        const output = pulumi.output("acme-data");
        const outcome = await refusal(() => component.existing(output, {}));
        const { message } = outcome as Error;
        expect(message.split("\n")[0]).toBe(
            `${name}.existing: name: must be known at preview, which looks up what exists (got an output). Read an output of another stack by (await stack.getOutputDetails("…")).value, in a program that is an async function: export = async () => { … }. Instead of a name that this program creates, use the component itself. [environment/existing-not-known]`,
        );
    },
);

test.each([
    ["project", () => slipway.StorageBucket.existing("acme-data", { project: pulumi.output("acme") as never })],
    ["region", () => slipway.CloudRunService.existing("web", { region: pulumi.output("europe-west1") as never })],
    ["location", () => slipway.LogBucket.existing("_Default", { location: Promise.resolve("global") as never })],
    ["keyRing", () => slipway.KmsKey.existing("sales", { keyRing: pulumi.output("data") as never })],
    ["version", () => slipway.Secret.existing("key", { version: pulumi.output("3") as never })],
])("so is the %s of what exists", async (argument, create) => {
    const { message } = (await refusal(create)) as Error;
    expect(message).toContain(`.existing: ${argument}: must be known at preview`);
});
