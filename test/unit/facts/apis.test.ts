import { apiOfType, apis } from "../../../lib/facts/apis";
import { types } from "../../../local/simulator/rules/catalogue";
import { providerSchema } from "../../../local/simulator/schema/schema";

const all = Object.keys(providerSchema().resources);

test("each resource type of the provider has an API, and each entry has a type", () => {
    expect(all.filter((token) => apiOfType(token) === undefined)).toEqual([]);
    const entries = Object.values(apis.rows).flatMap(({ types }): readonly string[] => types);
    expect(new Set(entries).size).toBe(entries.length);
    const isUsed = (entry: string) =>
        all.some((token) => {
            const [, module, type = ""] = /^gcp:(\w+)\/(\w+):/.exec(token) ?? [];
            const prefix = entry.endsWith("*") ? entry.slice(0, -1) : undefined;
            return (
                entry === module || `${module}/${type}` === entry || (prefix && `${module}/${type}`.startsWith(prefix))
            );
        });
    expect(entries.filter((entry) => !isUsed(entry))).toEqual([]);
});

test("the local Google Cloud requires the same APIs", () => {
    const required = Object.entries(types).flatMap(([token, { api }]) => (api === undefined ? [] : [[token, api]]));
    expect(required.map(([token]) => [token, apiOfType(token as string)])).toEqual(required);
});

test.each([
    ["gcp:dataproc/cluster:Cluster", "dataproc.googleapis.com"],
    ["gcp:dataproc/metastoreServiceIamMember:MetastoreServiceIamMember", "metastore.googleapis.com"],
    ["gcp:projects/iAMMember:IAMMember", "cloudresourcemanager.googleapis.com"],
    ["gcp:projects/serviceIdentity:ServiceIdentity", "serviceusage.googleapis.com"],
    ["gcp:vertex/aiIndex:AiIndex", "aiplatform.googleapis.com"],
    ["pulumi:providers:gcp", undefined],
    ["kubernetes:core/v1:Pod", undefined],
])("%s needs %s", (token, api) => {
    expect(apiOfType(token)).toBe(api);
});
