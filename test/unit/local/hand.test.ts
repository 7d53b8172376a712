import { join } from "node:path";
import { changeProperty } from "../../../local/commands/manual/change";
import { parseValue } from "../../../local/commands/manual/property";
import type { Workspace } from "../../../local/machine/workspace";
import { type Made, newFolder, refusalOf, root, World } from "./world";

const home = newFolder();
const place: Workspace = {
    folder: root,
    file: join(root, "Pulumi.yaml"),
    project: "acme",
    stackFolder: root,
    program: root,
    home,
};
const world = new World(undefined, { folder: join(home, "cloud") });
world.enable("pubsub", "iam");

/** Changes a property like the command line. */
const set = (id: string, path: string, text: string) =>
    changeProperty(place, id, path, (property) => parseValue(text, property));

/** The paths that the same program would change after a refresh. */
function found(made: Made): string[] {
    const refreshed = world.refreshed(made) as Made;
    return world.changed({ ...made, state: refreshed.state });
}

const rule = { action: { type: "Delete" }, condition: { age: 30 } };
const given = { name: "acme-dev-models", location: "EU", lifecycleRules: [rule], labels: { team: "a" } };
let count = 0;

/** A bucket, or another resource, that is only used in one test. */
const bucket = () => world.make("Bucket", { ...given, name: `acme-dev-models-${count++}` });

test.each([
    ["labels.team", "b", "b", ["effectiveLabels.team", "labels.team", "pulumiLabels.team"]],
    ["defaultEventBasedHold", "true", true, ["defaultEventBasedHold"]],
    ["storageClass", "NEARLINE", "NEARLINE", ["storageClass"]],
    ["lifecycleRules[0].condition.age", "60", 60, ["lifecycleRules[0].condition.age"]],
    ["versioning.enabled", "true", true, []],
    ["requesterPays", "true", true, ["requesterPays"]],
])("%s is changed to %s, and a refresh detects it", (path, text, value, changes) => {
    const made = bucket();
    const { properties } = set(made.id, path, text);
    const steps = path.replace("[0]", ".0").split(".");
    const valueIn = (tree: object) => steps.reduce((each, step) => (each as never)?.[step], tree);
    expect(valueIn(properties)).toBe(value);
    expect(valueIn(world.refreshed(made)?.state ?? {})).toBe(value);
    expect(found(made).sort()).toEqual(changes);
});

test("a label that is changed by hand is in all labels, and not in those of the program", () => {
    const made = bucket();
    set(made.id, "labels.owner", "me");
    const { state } = world.refreshed(made) as Made;
    expect(state.labels).toEqual({ team: "a" });
    expect(state.effectiveLabels).toEqual({ ...made.state.effectiveLabels, owner: "me" });
    expect(found(made)).toEqual([]);
    set(made.id, "labels.team", "null");
    expect(found(made)).toContain("labels.team");
});

test("null removes a property or an item of a list", () => {
    const made = bucket();
    set(made.id, "lifecycleRules[1]", JSON.stringify({ action: { type: "Delete" }, condition: { age: 90 } }));
    set(made.id, "lifecycleRules[0]", "null");
    expect(world.refreshed(made)?.state.lifecycleRules).toMatchObject([{ condition: { age: 90 } }]);
    set(made.id, "lifecycleRules", "null");
    expect(world.refreshed(made)?.state.lifecycleRules).toBeUndefined();
    expect(found(made)).toEqual(["lifecycleRules"]);
});

test("the members of a binding are those of the policy", () => {
    world.make("Topic", { name: "granted" });
    const role = "roles/pubsub.publisher";
    const made = world.make("TopicIAMBinding", { topic: "granted", role, members: ["user:one@acme.com"] });
    set(made.id, "members", '["user:two@acme.com"]');
    expect(world.cloud.iam.grants("//pubsub.googleapis.com/projects/acme-dev/topics/granted")).toEqual([
        { role, member: "user:two@acme.com", condition: undefined },
    ]);
    expect(found(made)).toEqual(["members[0]"]);
});

test("properties that the server sets can be changed too", () => {
    const made = bucket();
    expect(set(made.id, "url", "gs://elsewhere").properties.url).toBe("gs://elsewhere");
});

test.each([
    ["labls.team", "b", 'unknown property "labls". The nearest is "labels".'],
    ["versioning.enable", "true", 'unknown property "versioning.enable". The nearest is "versioning.enabled".'],
    [
        "lifecycleRules[0].condition.ages",
        "1",
        'unknown property "lifecycleRules.0.condition.ages". The nearest is "lifecycleRules.0.condition.age".',
    ],
    ["location.x", "b", "location has no x: it is string"],
    ["lifecycleRules.action", "{}", "lifecycleRules has no action: it is outputs.storage.BucketLifecycleRule[]"],
    ["lifecycleRules[2]", "{}", "lifecycleRules has no item 2: its length is 1."],
    ["versioning.enabled", "yes", "versioning.enabled must be a JSON value of type boolean (got yes)."],
    [
        "lifecycleRules[0].condition.age",
        '"1"',
        'lifecycleRules.0.condition.age must be a JSON value of type number (got "1").',
    ],
    ["location", "US", '"location" cannot be changed: the change would replace the resource.'],
])("%s cannot be %s", (path, text, message) => {
    const made = bucket();
    expect(refusalOf(() => set(made.id, path, text))).toBe(`Bucket "${made.id}": ${message}`);
    expect(world.refreshed(made)?.state).toEqual(made.state);
});

test("values that the provider refuses are refused with its error", () => {
    const made = world.make("Account", { accountId: "predict" });
    expect(refusalOf(() => set(made.id, "description", "x".repeat(257)))).toBe(
        `Account "${made.id}": description: expected length of description to be in the range (0 - 256), got ${"x".repeat(257)}`,
    );
});

test("values that Google Cloud refuses are refused with its error", () => {
    const made = world.make("Topic", { name: "kept" });
    expect(refusalOf(() => set(made.id, "messageRetentionDuration", "5s"))).toBe(
        `Topic "${made.id}": googleapi: Error 400: Invalid [message_retention_duration]: 5s. Must be between 600 and 2678400 seconds.`,
    );
});

test("an unknown ID is refused with the nearest one", () => {
    world.make("Topic", { name: "sale-range" });
    expect(refusalOf(() => set("topics/sale-ranges", "labels.a", "b"))).toBe(
        `no resource has the ID "topics/sale-ranges". The nearest ID is "projects/acme-dev/topics/sale-range"; 'slipway local ls' lists all resources.`,
    );
});
