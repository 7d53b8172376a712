import { importId, importTemplates } from "../../../lib/formats/importIds";
import { type Adoptable, adoptable, adoptableTypes } from "../../../lib/stack/adoption/adoptable";
import { types } from "../../../local/simulator/rules/catalogue";
import { schemaOf } from "../../../local/simulator/schema/schema";

const inputs = {
    project: "acme",
    region: "europe-west1",
    location: "europe-west1",
    zone: "europe-west1-b",
    name: "shop",
};

test.each([
    ["gcp:pubsub/topic:Topic", {}, "projects/acme/topics/shop"],
    ["gcp:compute/globalAddress:GlobalAddress", {}, "projects/acme/global/addresses/shop"],
    ["gcp:compute/sSLPolicy:SSLPolicy", {}, "projects/acme/global/sslPolicies/shop"],
    [
        "gcp:compute/routerNat:RouterNat",
        { router: "projects/acme/regions/europe-west1/routers/apps" },
        "projects/acme/regions/europe-west1/routers/apps/shop",
    ],
    ["gcp:container/cluster:Cluster", {}, "projects/acme/locations/europe-west1/clusters/shop"],
    [
        "gcp:container/nodePool:NodePool",
        { cluster: "projects/acme/locations/europe-west1/clusters/apps" },
        "acme/europe-west1/apps/shop",
    ],
    [
        "gcp:dns/recordSet:RecordSet",
        { managedZone: "acme", name: "shop.acme.com.", type: "A" },
        "projects/acme/managedZones/acme/rrsets/shop.acme.com./A",
    ],
    ["gcp:sql/user:User", { instance: "shop-1" }, "acme/shop-1/shop"],
    ["gcp:sql/user:User", { instance: "shop-1", host: "%" }, "acme/shop-1/%/shop"],
    ["gcp:storage/bucket:Bucket", {}, "shop"],
    [
        "gcp:serviceaccount/account:Account",
        { accountId: "shop-run" },
        "projects/acme/serviceAccounts/shop-run@acme.iam.gserviceaccount.com",
    ],
    ["gcp:bigquery/table:Table", { datasetId: "sales", tableId: "days" }, "projects/acme/datasets/sales/tables/days"],
])("the ID for the import of a %s with %j", (type, own, id) => {
    expect(importId({ type, inputs: { ...inputs, ...own } })).toBe(id);
});

test("an ID is not guessed if an input is unknown", () => {
    expect(importId({ type: "gcp:pubsub/topic:Topic", inputs: { project: "acme" } })).toBeUndefined();
});

/** The provider has no importer for them. */
const withoutImport = ["gcp:workflows/workflow:Workflow"];

test("every type whose name can be in use has an ID for its import", () => {
    const named = Object.entries(types).filter(([, { alreadyExists }]) => alreadyExists !== undefined);
    const lacking = named.map(([type]) => type).filter((type) => importTemplates(type).length === 0);
    expect([named.length > 30, lacking]).toEqual([true, withoutImport]);
});

test.each(adoptableTypes)("a %s is found by a data source that reads its mark", (type) => {
    const { find, by, mark } = adoptable(type, {}) as Adoptable;
    const inputs = schemaOf(type)?.properties ?? {};
    const { properties = {} } = schemaOf(find) ?? {};
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...by, mark]));
    expect(Object.keys(properties)).toEqual(
        expect.arrayContaining([...by, "project", mark === "labels" ? "effectiveLabels" : mark]),
    );
    // Otherwise a program could change it in place.
    expect(mark === "description" && !inputs.description?.replaceOnChange).toBe(false);
});

test("a rule that an import would replace has no mark", () => {
    const type = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
    expect([adoptable(type, {}) !== undefined, adoptable(type, { noAutomateDnsZone: true })]).toEqual([
        true,
        undefined,
    ]);
});
