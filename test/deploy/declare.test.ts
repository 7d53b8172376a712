import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transpileModule } from "typescript";
import { declare } from "../../local/commands/manual/declare";
import { cloudFolder } from "../../local/machine/workspace";
import { selected } from "../../local/runtime/console/selection";
import { cloudOf } from "../../local/simulator/cloudOf";
import { inventory } from "../../local/simulator/inventory";
import { Deployment } from "./deployment";

const stacks = join(__dirname, "..", "..", "docs", "examples", "stacks");
const example = (name: string) => readFileSync(join(stacks, name), "utf8");
const compilerOptions = { module: 1, target: 9 };
const config = (project: string) =>
    `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`;

const deployment = new Deployment({
    "Pulumi.yaml": "name: forecast\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.models.yaml": config("acme-models"),
    "Pulumi.shop.yaml": config("acme-shop"),
    "package.json": '{ "name": "forecast", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": 'module.exports = require("./" + require("@pulumi/pulumi").getStack() + ".js");\n',
    "models.js": transpileModule(example("models.ts"), { compilerOptions }).outputText,
    "shop.js": transpileModule(example("shop.ts"), { compilerOptions }).outputText,
    "shared.yaml": example("shared.yaml"),
});
afterAll(() => deployment.remove());
const { place } = deployment;
const declared = (file = "shared.yaml") => declare(place, deployment.file(file));

describe("what other teams have", () => {
    test("is declared in a file, once", () => {
        expect(declared()).toEqual([
            "created Network projects/acme-net/global/networks/shared",
            "created Subnetwork projects/acme-net/regions/europe-west1/subnetworks/apps",
            "created SharedVPCHostProject acme-net",
            "created SharedVPCServiceProject acme-net/acme-shop",
        ]);
        expect(declared()).toEqual([]);
        const components = selected(inventory(cloudOf(place)), place, { project: "acme-net" })
            .filter(({ type }) => /compute/.test(type) && type.startsWith("gcp:"))
            .map(({ component }) => component);
        expect(new Set(components)).toEqual(new Set(["declared in shared.yaml"]));
        expect(readFileSync(join(place.home, "declared.json"), "utf8")).not.toContain("10.0.0.0");
        expect(cloudFolder(place)).toContain(place.home);
    });

    test("is used by two stacks, one of which reads the other's outputs", async () => {
        mkdirSync(deployment.file("models"));
        writeFileSync(deployment.file("models/model.json"), "{}");
        await deployment.upAsPreviewed("models");
        await deployment.upAsPreviewed("shop");
        expect(await deployment.again("shop")).toEqual({ unchanged: expect.any(Number) });
        expect(deployment.existing("acme-net").some((each) => each.includes("roles/compute.networkUser"))).toBe(true);
        expect(() => {
            deployment.edit("shared.yaml", (text) => text.replace(/ {2}apps:[\s\S]*?(?= {2}host:)/, ""));
            declared();
        }).toThrow(/subnetworks\/apps' is already being used by/);
    });

    test("is changed, replaced and removed as the file says, in the order of its references", () => {
        const topics = (labels: string, name: string) => `project: acme-data
resources:
  rows:
    type: gcp:pubsub:Subscription
    properties: { name: rows, topic: "\${sales.id}" }
  sales:
    type: gcp:pubsub/topic:Topic
    properties: { name: sales, labels: { team: ${labels} } }
${name}`;
        const write = (text: string) => writeFileSync(deployment.file("data.yaml"), text);
        write(topics("a", "  other:\n    type: gcp:pubsub:Topic\n    properties: { name: other }\n"));
        expect(declared("data.yaml")).toEqual([
            "created Topic projects/acme-data/topics/sales",
            "created Subscription projects/acme-data/subscriptions/rows",
            "created Topic projects/acme-data/topics/other",
        ]);
        write(topics("b", "  other:\n    type: gcp:pubsub:Topic\n    properties: { name: others }\n"));
        expect(declared("data.yaml")).toEqual([
            "changed Topic projects/acme-data/topics/sales",
            "replaced Topic projects/acme-data/topics/others",
        ]);
        write(topics("b", ""));
        expect(declared("data.yaml")).toEqual(["removed Topic projects/acme-data/topics/others"]);
        expect(deployment.existing("acme-data").filter((each) => /^(Topic|Subscription) /.test(each))).toEqual([
            "Subscription projects/acme-data/subscriptions/rows",
            "Topic projects/acme-data/topics/sales",
        ]);
    });

    test.each([
        ["a property that the type does not have", "Topic", "{ name: sales, retention: 7 }", /sales: .*retention/],
        ["a value that Google refuses", "Topic", "{ name: goog }", /sales: .*Invalid resource name/s],
        ["a type that does not exist", "Topics", "{}", /has no resource type gcp:pubsub\/topics:Topics/],
        [
            "a reference to what is not there",
            "Topic",
            `{ name: "$\{other.id}" }`,
            /sales refers to other, which the file does not have/,
        ],
        ["what references itself", "Topic", `{ name: "$\{sales.id}" }`, /sales refers to sales, which is a circle/],
    ])("%s is refused, with its key", (_, type, properties, expected) => {
        const text = `project: acme-data\nresources:\n  sales: { type: "gcp:pubsub:${type}", properties: ${properties} }\n`;
        writeFileSync(deployment.file("wrong.yaml"), text);
        expect(() => declared("wrong.yaml")).toThrow(expected);
    });

    test.each([
        ["resources: {}", /needs project and resources/],
        ["project: acme-data\nresources: {}\nmore: 1", /unknown key more/],
        [
            "project: acme-data\nresources: { a: { type: gcp:pubsub:Topic, name: a } }",
            /a: must have a type and properties/,
        ],
        ["project: [", /wrong.yaml: /],
    ])("a file of another form is refused: %s", (text, expected) => {
        writeFileSync(deployment.file("wrong.yaml"), text);
        expect(() => declared("wrong.yaml")).toThrow(expected);
    });
});
