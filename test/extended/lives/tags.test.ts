import { Deployment } from "../../deploy/deployment";

const program = `import { PubSubTopic, Secret, StorageBucket, TagKey } from "slipway";

const environment = new TagKey("environment", { values: { prod: { description: "Production" }, dev: {} } });
const resourceManagerTags = { environment: environment.value("dev") };
new StorageBucket("models", { location: "EU", resourceManagerTags });
new PubSubTopic("sales", { resourceManagerTags });
new Secret("token", { external: true, resourceManagerTags });
`;

/** The tags that are attached: `projects/_/buckets/acme-dev-models dev`. */
function attached(sales: Deployment): string[] {
    const all = sales.resources();
    return all
        .filter(({ id }) => id.includes("tagBindings/"))
        .map(({ properties: { parent, tagValue } }) => {
            const value = all.find(({ id }) => id === tagValue);
            return `${String(parent).split("/").slice(2).join("/")} ${value?.properties.shortName}`;
        })
        .sort();
}

describe.each(["dev", "prod"] as const)("tags as %s", (stack) => {
    const sales = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program,
    });
    afterAll(() => sales.remove());

    const tagged = (value: string) => [
        expect.stringMatching(new RegExp(`^pubsub.googleapis.com/projects/\\d+/topics/sales ${value}$`)),
        expect.stringMatching(new RegExp(`^secretmanager.googleapis.com/projects/\\d+/secrets/token ${value}$`)),
        `storage.googleapis.com/projects/_/buckets/acme-${stack}-models ${value}`,
    ];

    test("are attached, and a second up and a refresh change nothing", async () => {
        expect(await sales.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["create LocationTagBinding models-environment-tag"]),
        );
        expect(attached(sales)).toEqual(tagged("dev"));
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });

    test("are replaced by another value of the key, of which a resource has one", async () => {
        sales.edit("index.ts", (text) => text.replace('value("dev")', 'value("prod")'));
        await sales.upAsPreviewed(stack);
        expect(attached(sales)).toEqual(tagged("prod"));
        expect(await sales.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });

    test("leave values that can be deleted afterwards, in the same up", async () => {
        sales.edit("index.ts", (text) =>
            text.replaceAll(", resourceManagerTags", "").replace("resourceManagerTags }", "}"),
        );
        sales.edit("index.ts", (text) =>
            text.replace("prod: {", "staging: {").replace('value("prod")', 'value("dev")'),
        );
        await sales.up(stack);
        expect(attached(sales)).toEqual([]);
    });

    test("are destroyed with their resources", async () => {
        await (stack === "prod" ? sales.takeDown(stack) : sales.destroy(stack));
        expect(sales.remaining()).toEqual([]);
    });
});
