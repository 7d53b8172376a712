import { explanationOf } from "../../../local/commands/explain/explanation";
import { lineOf } from "../../../local/commands/explain/lines";
import type { Exported } from "../../../local/machine/exported";
import { marks, signature } from "../../../local/machine/marks";

const stack = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;
const made = (type: string, name: string, more: Partial<Exported> = {}): Exported => ({
    urn: urnOf(type, name),
    type,
    custom: true,
    parent: stack,
    ...more,
});
const topic = (more: Partial<Exported>) => made("gcp:pubsub/topic:Topic", "sales", more);
const at = (...positions: string[]): Partial<Exported> => ({
    sourcePosition: positions[0],
    stackTrace: positions.map((sourcePosition) => ({ sourcePosition })),
});

test.each<[string, Partial<Exported>, string | undefined]>([
    ["of the program", at("project:///index.ts#12,1"), "index.ts:12"],
    ["of a file in a folder", at("project:///src/web%20shop.ts#3"), "src/web shop.ts:3"],
    [
        "that called a package",
        at(
            "project:///node_modules/slipway/dist/lib/topic.js#7,9",
            "project:///src/topics.ts#4,2",
            "project:///index.ts#1",
        ),
        "src/topics.ts:4",
    ],
    [
        "that called a package beside the program",
        at("project:///../lib/topic.js#7,9", "project:///index.ts#2"),
        "index.ts:2",
    ],
    ["of packages only", at("project:///node_modules/slipway/dist/lib/topic.js#7,9"), undefined],
    ["that the state does not have", {}, undefined],
])("a line %s", (_, positions, line) => {
    expect(lineOf(topic(positions), new Map())).toBe(line);
});

test("a resource that was created later has the line of its component", () => {
    const component = made("slipway:index:PubSubTopic", "sales", { custom: false, ...at("project:///index.ts#5,1") });
    expect(lineOf(topic({ parent: component.urn }), new Map([[component.urn, component]]))).toBe("index.ts:5");
});

test("secret properties of resources are not shown", () => {
    const secret = { [signature]: marks.secret, ciphertext: "v1:x" };
    const bucket = made("gcp:storage/bucket:Bucket", "files", {
        outputs: { encryption: { defaultKmsKeyName: secret }, versioning: { enabled: true } },
    });
    const stackResource = made("pulumi:pulumi:Stack", "shop-dev", { custom: false, parent: undefined, urn: stack });
    expect(explanationOf([stackResource, bucket], "files").protection).toEqual([
        { resource: "Bucket files", protections: ["encrypted with (secret)", "keeps earlier versions of objects"] },
    ]);
});

test("a resource without a component is explained, too", () => {
    const agent = made("gcp:projects/iAMMember:IAMMember", "reader", {
        inputs: { role: "roles/pubsub.publisher", member: "user:ana@acme.example", project: "acme" },
        ...at("project:///index.ts#9,1"),
    });
    const stackResource = made("pulumi:pulumi:Stack", "shop-dev", { custom: false, parent: undefined, urn: stack });
    expect(explanationOf([stackResource, agent, topic(at("project:///index.ts#8,1"))], "sales")).toMatchObject({
        component: "Topic sales",
        line: "index.ts:8",
        callers: [{ who: "user ana@acme.example", role: "pubsub.publisher", on: "the project", line: "index.ts:9" }],
    });
});

test("a role with a condition on other buckets does not allow to use a bucket", () => {
    const grant = (prefix: string) =>
        made("gcp:projects/iAMMember:IAMMember", "reader", {
            inputs: {
                role: "roles/storage.objectViewer",
                member: "user:ana@acme.example",
                condition: { expression: `resource.name.startsWith("projects/_/buckets/${prefix}")` },
            },
        });
    const bucket = made("gcp:storage/bucket:Bucket", "files", { outputs: { name: "acme-files" } });
    const stackResource = made("pulumi:pulumi:Stack", "shop-dev", { custom: false, parent: undefined, urn: stack });
    const callers = (prefix: string) => explanationOf([stackResource, bucket, grant(prefix)], "files").callers;
    expect(callers("acme-").map(({ who }) => who)).toEqual(["user ana@acme.example"]);
    expect(callers("gcf-v2-")).toEqual([]);
});
