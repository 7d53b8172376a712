import * as pulumi from "@pulumi/pulumi";
import { grantName, shortenName } from "../../../lib/internal/arguments/names";
import { valueIfKnown } from "../../../lib/internal/engine/pulumiSdk";
import { followRenames } from "../../../lib/stack/renamedParts";

const component = (name: string, aliases?: pulumi.ComponentResourceOptions["aliases"]) => {
    const resource = { __pulumiType: "slipway:index:Thing", __name: name } as unknown as pulumi.Resource;
    followRenames({ resource, type: "slipway:index:Thing", name, props: {}, opts: { aliases } });
    return resource;
};

/** The previous names of a resource. */
async function previous(name: string, parent?: pulumi.Resource, aliases?: pulumi.CustomResourceOptions["aliases"]) {
    const resource = {} as pulumi.Resource;
    const result = followRenames({ resource, type: "gcp:a:B", name, props: {}, opts: { parent, aliases } });
    const all = (result?.opts.aliases ?? []) as pulumi.Alias[];
    return Promise.all(all.map((alias) => valueIfKnown(pulumi.output(alias.name as pulumi.Input<string>))));
}

const [predict, store] = [component("predict"), component("store", [{ name: "shop.old" }])];
component("models", ["urn:pulumi:dev::shop::slipway:index:Thing::weights"]);
component("sales", [pulumi.createUrn("sold", "slipway:index:Thing", undefined, "shop", "dev")]);
component("twice", [{ name: "one" }, { name: "two" }]);
component("moved", [{ parent: pulumi.rootStackResource }]);

test.each([
    ["an alias with a name", "predict-store-reader", ["predict-shop.old-reader"]],
    ["a URN", "predict-models-reader", ["predict-weights-reader"]],
    ["an output of a URN", "predict-sales-reader", ["predict-sold-reader"]],
    ["two aliases", "predict-twice", ["predict-one", "predict-two"]],
    [
        "two renamed components",
        "predict-store-models",
        ["predict-store-weights", "predict-shop.old-models", "predict-shop.old-weights"],
    ],
    ["another parent only", "predict-moved-reader", []],
    ["the name as a part of a word", "predict-restore-storefront-store_1", []],
])("a resource follows a component with %s", async (_, name, names) => {
    expect(await previous(name, predict)).toEqual(names);
});

test("the beginning of a name, which is that of the parent, is left to Pulumi", async () => {
    expect(await previous("store-reader", store)).toEqual([]);
    expect(await previous("store-store-reader", store)).toEqual(["store-shop.old-reader"]);
});

test("a resource of the program itself keeps its name", async () => {
    expect(await previous("store-reader")).toEqual([]);
    const other = { __pulumiType: "acme:index:Team", __name: "team" } as unknown as pulumi.Resource;
    expect(await previous("store-reader", other)).toEqual([]);
});

test("a resource keeps its own aliases", async () => {
    expect(await previous("predict-store", predict, [{ name: "mine" }])).toEqual(["mine", "predict-shop.old"]);
});

test("a grant follows a component when its name was shortened, is shortened now, or both", async () => {
    const [long, short, other] = ["a".repeat(80), "b", "c".repeat(80)];
    component(long, [{ name: other }]);
    component(short, [{ name: other.toUpperCase() }]);
    const both = grantName("predict", long, "reader-of-objects");
    expect(both).toHaveLength(100);
    expect((await previous(both, predict)).at(-1)).toBe(shortenName(`predict-${other}-reader-of-objects`, 100));
    const before = grantName("predict", short, "reader-of-objects");
    expect(await previous(before, predict)).toEqual([
        `predict-${other.toUpperCase()}-reader-of-objects`,
        shortenName(`predict-${other.toUpperCase()}-reader-of-objects`, 100),
    ]);
    component("d".repeat(80), [{ name: "e" }]);
    const now = grantName("predict", "d".repeat(80), "reader-of-objects");
    expect((await previous(now, predict)).at(-1)).toBe("predict-e-reader-of-objects");
});
